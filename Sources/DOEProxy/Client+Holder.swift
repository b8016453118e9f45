internal import DOEWords

extension Client {
    /// Whom a connection is charged to. Who is not named is nobody, whatever uid it has: else a process that cannot
    /// be looked at would have a share for each of its uids.
    var holder: AccountHolder {
        let isNobody = via == .known(.unix) && unit == .unknown && uid != .known(0)
        return isNobody ? .unnamed : AccountHolder(of: self)
    }
}
