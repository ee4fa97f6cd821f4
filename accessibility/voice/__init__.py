"""The automatic telephone line: its words (`wording`), and how they are spoken (`spoken`). No network in here."""
