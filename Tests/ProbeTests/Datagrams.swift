import Glibc
import Loop

/// Where a datagram came from, as the kernel has it.
struct Sender {
    var address = sockaddr_storage()
    var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
}

func receiveFrom(_ socket: Socket) throws -> ([UInt8], Sender)? {
    var bytes = [UInt8](repeating: 0, count: 4096)
    var sender = Sender()
    let count = withMessage(&bytes, &sender) { recvmsg(socket.descriptor, $0, 0) }
    return count < 0 ? nil : ([UInt8](bytes.prefix(count)), sender)
}

func sendTo(_ socket: Socket, _ bytes: [UInt8], _ to: Sender) {
    var (bytes, to) = (bytes, to)
    _ = withMessage(&bytes, &to) { sendmsg(socket.descriptor, $0, 0) }
}

private func withMessage(
    _ bytes: inout [UInt8], _ sender: inout Sender, _ call: (UnsafeMutablePointer<msghdr>) -> Int
) -> Int {
    let length = sender.length
    return bytes.withUnsafeMutableBytes { bytes in
        withUnsafeMutablePointer(to: &sender.address) { address in
            var place = iovec(iov_base: bytes.baseAddress, iov_len: bytes.count)
            return withUnsafeMutablePointer(to: &place) { place in
                var message = msghdr()
                message.msg_name = UnsafeMutableRawPointer(address)
                message.msg_namelen = length
                message.msg_iov = place
                message.msg_iovlen = 1
                return call(&message)
            }
        }
    }
}
