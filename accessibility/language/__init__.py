"""Understanding what Germans say about rides: times, places, people, yes and no. Pure functions, no network, no clock."""
