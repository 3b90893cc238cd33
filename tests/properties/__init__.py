"""What holds for every site: hypothesis makes valid ones, and the tests look for one that breaks a promise."""
