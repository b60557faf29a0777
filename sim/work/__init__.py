"""Work: everybody's work and pay, month by month (people.md section 3)."""
