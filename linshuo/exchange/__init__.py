"""出入: files and forms, one module a sheet: spreadsheets in and out, printed papers as PDF."""
