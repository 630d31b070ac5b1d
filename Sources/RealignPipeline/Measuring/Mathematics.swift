import Foundation

/// eˣ, so that files which need nothing else of Foundation need not import it.
func exponential(_ x: Double) -> Double { exp(x) }

/// ln x.
func logarithm(_ x: Double) -> Double { log(x) }
