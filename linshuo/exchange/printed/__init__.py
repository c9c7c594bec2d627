"""Printed papers: one module and one typst page a form."""
