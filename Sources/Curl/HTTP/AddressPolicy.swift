/// Which addresses a request may connect to.
package enum AddressPolicy: Sendable, Equatable {
    /// Global unicast addresses only, checked on the address that is really connected to, on new and on kept connections
    /// alike. With a proxy, which resolves the names itself, nothing is checked.
    case publicOnly
    /// Any address, for hosts that an operator wrote in full. Allows `http` too.
    case any
}
