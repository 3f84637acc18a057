"""What an exercise books (LEAN: QuantConnect.Orders.OptionExercise)."""
