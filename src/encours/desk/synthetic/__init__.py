"""A large synthetic data set, believable and always the same for one seed, for measuring."""
