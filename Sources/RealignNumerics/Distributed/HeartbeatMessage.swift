/// What a rank tells another several times a second.
struct HeartbeatMessage: Equatable {
  /// The job's mark.
  var token: [UInt8]
  /// Who sends.
  var from: Int
  /// To whom: on a wrong way it may arrive at another rank.
  var to: Int
  /// A rank the sender has found lost, with the seconds of its silence.
  var loss: PeerWatch.Loss?
  /// The exit code with which the sender is ending the job.
  var ending: Int32?

  /// Bytes of an encoded message.
  static let length = 28

  /// The message as 28 bytes, numbers little-endian, absent ones -1.
  var bytes: [UInt8] {
    let numbers = [
      Int32(from), Int32(to), Int32(loss?.rank ?? -1), Int32(loss?.seconds ?? -1), ending ?? -1,
    ]
    return token
      + numbers.flatMap { number in
        (0..<4).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
      }
  }

  /// A message of this length and with this mark between two ranks below `size`; nil otherwise.
  init?(_ bytes: [UInt8], token: [UInt8], size: Int) {
    guard bytes.count == Self.length, token.count == 8, Array(bytes.prefix(8)) == token else {
      return nil
    }
    let numbers = stride(from: 8, to: Self.length, by: 4).map { start in
      (0..<4).reduce(Int32(0)) { $0 | Int32(bytes[start + $1]) << Int32(8 * $1) }
    }
    let ranks = 0..<Int32(size)
    guard ranks.contains(numbers[0]), ranks.contains(numbers[1]) else { return nil }
    self.token = token
    from = Int(numbers[0])
    to = Int(numbers[1])
    if ranks.contains(numbers[2]), numbers[3] >= 0 {
      loss = PeerWatch.Loss(rank: Int(numbers[2]), seconds: Int(numbers[3]))
    }
    ending = numbers[4] >= 0 ? numbers[4] : nil
  }

  /// A message.
  init(token: [UInt8], from: Int, to: Int, loss: PeerWatch.Loss? = nil, ending: Int32? = nil) {
    self.token = token
    self.from = from
    self.to = to
    self.loss = loss
    self.ending = ending
  }
}
