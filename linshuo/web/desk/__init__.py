"""工作台 desk: staff at work: today, notebook, ledger, people, imports, figures, settings."""
