"""工作台 desk: staff at work: today, notebook, ledger, people, places, imports, figures, settings."""
