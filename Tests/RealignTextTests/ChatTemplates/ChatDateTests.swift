import RealignText
import Testing

/// Dates that templates print.
struct ChatDateTests {
  private func text(_ format: String, _ date: ChatDate?) throws -> String {
    try ChatTemplate("{{ strftime_now('\(format)') }}")
      .render(ChatConversation(messages: []), date: date).text
  }

  @Test func `days that are not in the calendar are refused`() {
    #expect(ChatDate(year: 2023, month: 2, day: 29) == nil)
    #expect(ChatDate(year: 2024, month: 2, day: 29) != nil)
    #expect(ChatDate(year: 1900, month: 2, day: 29) == nil)
    #expect(ChatDate(year: 2024, month: 13, day: 1) == nil)
    #expect(ChatDate(year: 2024, month: 4, day: 31) == nil)
    #expect(ChatDate(year: 2024, month: 1, day: 1, hour: 24) == nil)
  }

  /// The weekdays are those that Zeller's congruence gives by hand.
  @Test(arguments: [
    (2024, 3, 5, "Tuesday 065"), (2000, 2, 29, "Tuesday 060"), (1900, 1, 1, "Monday 001"),
    (2023, 12, 31, "Sunday 365"), (2024, 12, 31, "Tuesday 366"), (1, 1, 1, "Monday 001"),
  ])
  func `weekday and day of the year are right`(
    year: Int,
    month: Int,
    day: Int,
    expected: String
  ) throws {
    #expect(try text("%A %j", ChatDate(year: year, month: month, day: day)) == expected)
  }

  @Test func `codes print as in the C locale`() throws {
    let date = ChatDate(year: 2024, month: 7, day: 4, hour: 0, minute: 5, second: 9)
    #expect(
      try text("%d %b %Y|%B|%e|%-d|%I %p|%H:%M:%S|%%", date)
        == "04 Jul 2024|July| 4|4|12 AM|00:05:09|%"
    )
    #expect(throws: InputError.self) { try text("%Q", date) }
    #expect(throws: InputError.self) { try text("%", date) }
    #expect(throws: InputError.self) { try text("%Y", nil) }
  }
}
