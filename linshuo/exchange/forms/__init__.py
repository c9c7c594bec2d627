"""Every form on paper: tables and single sheets as printed views of records, none typed twice."""
