"""What :mod:`repclip.report.plot` draws, one module a kind."""
