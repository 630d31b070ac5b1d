/// The messages of one step: buckets that become ready at each node are added up over all nodes.
///
/// A discrete-event simulation. Every node has a port to send and one to receive; a message takes
/// both for its whole time (the single-port model of the closed forms). Messages that may go leave
/// in the order in which they could; equal times are taken in the order in which they were found,
/// so that the result depends on the arguments alone.
struct ExchangeSimulation {
  private struct Event {
    var time: Double
    var serial: Int
    var kind: Kind
  }

  private enum Kind {
    /// A bucket of a node is complete.
    case ready(node: Int, bucket: Int)
    /// A message has arrived.
    case arrival(from: Int, to: Int, bucket: Int)
  }

  private struct Port {
    var isSending = false
    var isReceiving = false
    /// Buckets whose next message may go, in order.
    var queue: [Int] = []
    /// Nodes whose first message waits for this one to receive, in order.
    var waiting: [Int] = []
    var isWaiting = false
  }

  private let schedule: CollectiveSchedule
  private let messageSeconds: Double
  private let buckets: Int
  private var events = EventQueue<Event> { ($0.time, $0.serial) < ($1.time, $1.serial) }
  private var serial = 0
  private var ports: [Port]
  /// By node and bucket: whether it is ready, messages sent or queued, messages received.
  private var isReady: [Bool]
  private var sent: [Int]
  private var received: [Int]
  /// When each node had all sums and had passed on what it must.
  private var finished: [Double]

  /// - Parameters:
  ///   - schedule: The messages of one bucket.
  ///   - ready: When each bucket of each node is complete.
  ///   - messageSeconds: Time of a message.
  init(schedule: CollectiveSchedule, ready: [[Double]], messageSeconds: Double) {
    self.schedule = schedule
    self.messageSeconds = messageSeconds
    let nodes = ready.count
    buckets = ready.first?.count ?? 0
    ports = Array(repeating: Port(), count: nodes)
    isReady = Array(repeating: false, count: nodes * buckets)
    sent = Array(repeating: 0, count: nodes * buckets)
    received = sent
    finished = ready.map { $0.reduce(0, max) }
    for (node, times) in ready.enumerated() {
      for (bucket, time) in times.enumerated() {
        post(.ready(node: node, bucket: bucket), at: time)
      }
    }
  }

  /// Runs to the end: when each node has all sums and has passed on what it must.
  mutating func run() -> [Double] {
    while let event = events.pop() {
      switch event.kind {
      case .ready(let node, let bucket):
        isReady[node * buckets + bucket] = true
        enqueue(node, bucket, event.time)
      case .arrival(let sender, let receiver, let bucket):
        ports[sender].isSending = false
        ports[receiver].isReceiving = false
        received[receiver * buckets + bucket] += 1
        finished[receiver] = max(finished[receiver], event.time)
        finished[sender] = max(finished[sender], event.time)
        // Those that waited come before the sender's own next message.
        let waiting = ports[receiver].waiting
        ports[receiver].waiting = []
        for node in waiting {
          ports[node].isWaiting = false
          start(node, event.time)
        }
        enqueue(receiver, bucket, event.time)
        start(sender, event.time)
      }
    }
    return finished
  }

  private mutating func post(_ kind: Kind, at time: Double) {
    events.push(Event(time: time, serial: serial, kind: kind))
    serial += 1
  }

  /// Queues what of a bucket may go now.
  private mutating func enqueue(_ node: Int, _ bucket: Int, _ time: Double) {
    let place = node * buckets + bucket
    guard isReady[place] else { return }
    let messages = schedule.sends[node]
    while sent[place] < messages.count, messages[sent[place]].needs <= received[place] {
      ports[node].queue.append(bucket)
      sent[place] += 1
    }
    start(node, time)
  }

  /// Sends the first message of a node if both ports are free.
  private mutating func start(_ node: Int, _ time: Double) {
    guard !ports[node].isSending, !ports[node].isWaiting, let bucket = ports[node].queue.first
    else { return }
    let place = node * buckets + bucket
    let queued = ports[node].queue.count { $0 == bucket }
    let destination = schedule.sends[node][sent[place] - queued].destination
    guard !ports[destination].isReceiving else {
      ports[destination].waiting.append(node)
      ports[node].isWaiting = true
      return
    }
    ports[node].queue.removeFirst()
    ports[node].isSending = true
    ports[destination].isReceiving = true
    post(.arrival(from: node, to: destination, bucket: bucket), at: time + messageSeconds)
  }
}

/// A binary heap: the least element first.
struct EventQueue<Element> {
  private var heap: [Element] = []
  private let precedes: (Element, Element) -> Bool

  init(_ precedes: @escaping (Element, Element) -> Bool) { self.precedes = precedes }

  mutating func push(_ element: Element) {
    heap.append(element)
    var child = heap.count - 1
    while child > 0 {
      let parent = (child - 1) / 2
      guard precedes(heap[child], heap[parent]) else { return }
      heap.swapAt(child, parent)
      child = parent
    }
  }

  mutating func pop() -> Element? {
    guard let last = heap.popLast() else { return nil }
    guard let first = heap.first else { return last }
    heap[0] = last
    var parent = 0
    while true {
      var least = parent
      for child in [2 * parent + 1, 2 * parent + 2]
      where child < heap.count && precedes(heap[child], heap[least]) {
        least = child
      }
      if least == parent { return first }
      heap.swapAt(parent, least)
      parent = least
    }
  }
}
