extension String {
    /// Whether these are the same bytes. `==` compares in a normal form, whose cost grows with the square of the combining
    /// characters in a row: it is not for what a client wrote.
    public func isSpelled(as other: String) -> Bool { utf8.elementsEqual(other.utf8) }
}
