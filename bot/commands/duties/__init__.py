"""What a member owes: its list, reports and evidence, and what is put off, handed over or excused."""
