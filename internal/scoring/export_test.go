package scoring

// Parts of Evaluate that the benchmarks time by themselves.

// Stability is the stability of a pair that can be scored.
func Stability(p Pair) float64 {
	client, professional, err := readPair(p, nil, nil)
	if err != nil {
		panic(err)
	}
	return client.stability() * professional.stability()
}

// SmallestChange is the smallest change of a pair that can be scored.
func SmallestChange(p Pair) []Change {
	client, professional, err := readPair(p, nil, nil)
	if err != nil {
		panic(err)
	}
	return smallestChange(client, professional)
}
