"""What is believed about behaviour before and after the model meets published figures."""
