"""One way from chunks to counts, for live, replay and analysis; and the talk with the device."""
