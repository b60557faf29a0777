"""The workshop: a web page for a whole room, in Kyrgyz, Russian and English."""
