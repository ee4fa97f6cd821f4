"""Roads, stops and places of a district: travel times, paths, and finding what a rider names. No Django."""
