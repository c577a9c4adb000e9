#include "services/kit/time/rfc3339.hpp"

#include <gtest/gtest.h>

namespace kit {
namespace {

using std::chrono::microseconds;
using std::chrono::seconds;

/// In microseconds since 1970; -1 for what is none.
std::int64_t micros(std::string_view text) {
  const auto time = parse_rfc3339(text);
  return time ? time->time_since_epoch().count() : -1;
}

TEST(Rfc3339, IsUtcWithTheRequestedFraction) {
  const std::chrono::sys_time<microseconds> time(seconds(1'700'000'000) + microseconds(42'999));
  EXPECT_EQ(rfc3339(time), "2023-11-14T22:13:20.042Z");
  EXPECT_EQ(rfc3339(time, Fraction::None), "2023-11-14T22:13:20Z");
  EXPECT_EQ(rfc3339(time, Fraction::Micros), "2023-11-14T22:13:20.042999Z");
}

TEST(Rfc3339, RoundTripsBeforeTheEpochAndOnLeapDays) {
  for (const char* text : {"1969-12-31T23:59:59.250000Z", "1970-01-01T00:00:00.000000Z",
                           "2024-02-29T23:59:59.999999Z", "2200-01-01T00:00:00.000001Z"})
    EXPECT_EQ(rfc3339(*parse_rfc3339(text), Fraction::Micros), text);
}

TEST(ParseRfc3339, AcceptsAnyOffset) {
  const std::chrono::sys_time<microseconds> noon{seconds(1769860800)};
  for (const char* text : {"2026-01-31T12:00:00Z", "2026-01-31t12:00:00z", "2026-01-31T13:30:00+01:30",
                           "2026-01-30T23:00:00-13:00", "2026-01-31T12:00:00.0-00:00"})
    EXPECT_EQ(parse_rfc3339(text), noon) << text;
  EXPECT_EQ(parse_rfc3339("2026-01-01t00:30:00-23:59"), parse_rfc3339("2026-01-02T00:29:00Z"));
  EXPECT_EQ(parse_rfc3339("2024-02-29T23:59:60z"), parse_rfc3339("2024-03-01T00:00:00Z")) << "a leap second";
}

TEST(ParseRfc3339, IsExactToTheMicrosecond) {
  EXPECT_EQ(micros("1970-01-01T00:00:00.5Z"), 500'000);
  EXPECT_EQ(micros("1970-01-01T00:00:01.000001Z"), 1'000'001);
  EXPECT_EQ(micros("2026-01-31T12:00:00.123456999999999999Z"), 1'769'860'800'123'456) << "never rounded up";
  EXPECT_EQ(micros("1969-12-31T23:59:59.25Z"), -750'000);
}

TEST(ParseRfc3339, AcceptsYears0To9999) {
  EXPECT_EQ(parse_rfc3339("0000-01-01T00:00:00+23:59")->time_since_epoch(), seconds(-62'167'305'540));
  EXPECT_EQ(parse_rfc3339("9999-12-31T23:59:59-23:59")->time_since_epoch(), seconds(253'402'387'139));
}

TEST(ParseRfc3339, RejectsEverythingElse) {
  for (const char* bad : {"", "2026", "soon", "now", "-infinity", "2026-01-31", "2026-01-31T12:00:00",
                          "2026-01-31T12:00Z", "2026-1-1T00:00:00Z"})
    EXPECT_EQ(parse_rfc3339(bad), std::nullopt) << bad;
  for (const char* bad :
       {"2026-01-31 12:00:00Z", " 2026-01-31T12:00:00Z", "2026-01-01T00:00:00ZZ", "2026-01-01T00:00:00Z ",
        "+026-01-01T00:00:00Z", "-026-01-31T12:00:00Z", "2026-01-01T00:00:00.Z", "2026-01-01T00:00:00,5Z"})
    EXPECT_EQ(parse_rfc3339(bad), std::nullopt) << bad;
  for (const char* no_such_time : {"2026-02-30T12:00:00Z", "2025-02-29T00:00:00Z", "2026-13-01T00:00:00Z",
                                   "2026-00-01T00:00:00Z", "2026-01-00T00:00:00Z", "2026-01-32T00:00:00Z",
                                   "2026-01-01T24:00:00Z", "2026-01-01T00:60:00Z", "2026-01-01T00:00:61Z"})
    EXPECT_EQ(parse_rfc3339(no_such_time), std::nullopt) << no_such_time;
  for (const char* offset : {".+01:00", "+1:00", "+24:00", "+01:60", "+0100", "+01"})
    EXPECT_EQ(parse_rfc3339("2026-01-01T00:00:00" + std::string(offset)), std::nullopt) << offset;
  EXPECT_EQ(parse_rfc3339(std::string_view("2026-01-31T12:00:00\0", 20)), std::nullopt);
  EXPECT_EQ(parse_rfc3339(std::string_view("2026-01-31T12:00:00Z\0", 21)), std::nullopt);
}

}  // namespace
}  // namespace kit
