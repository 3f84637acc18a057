"""What is known of companies (LEAN: Common/Data/Fundamental)."""
