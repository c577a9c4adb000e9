#include "operator/shop/spec/cron.hpp"

#include "services/kit/time/rfc3339.hpp"

#include <gtest/gtest.h>

namespace shop {
namespace {

Cron::Time at(const char* text) { return *kit::parse_rfc3339(text); }

std::string text(std::optional<Cron::Time> time) {
  return time ? kit::rfc3339(*time, kit::Fraction::None) : "never";
}

struct Case {
  const char* schedule;
  const char* last;
  const char* next;
};

TEST(Cron, FindsTheTimesAroundAMoment) {
  const auto moment = at("2026-02-28T12:30:30Z");  // a Saturday
  for (const auto& each :
       {Case{"0 2 * * *", "2026-02-28T02:00:00Z", "2026-03-01T02:00:00Z"},
        {"*/15 * * * *", "2026-02-28T12:30:00Z", "2026-02-28T12:45:00Z"},
        {"5/20 * * * *", "2026-02-28T12:25:00Z", "2026-02-28T12:45:00Z"},
        {"0 3 * * 0", "2026-02-22T03:00:00Z", "2026-03-01T03:00:00Z"},
        {"0 3 * * 7", "2026-02-22T03:00:00Z", "2026-03-01T03:00:00Z"},
        {"30 1,13 * * 1-5", "2026-02-27T13:30:00Z", "2026-03-02T01:30:00Z"},
        {"0 0 1 * *", "2026-02-01T00:00:00Z", "2026-03-01T00:00:00Z"},
        {"0 0 31 * *", "2026-01-31T00:00:00Z", "2026-03-31T00:00:00Z"},
        {"0 0 29 2 *", "2024-02-29T00:00:00Z", "2028-02-29T00:00:00Z"},
        {"0 0 13 * 5", "2026-02-27T00:00:00Z", "2026-03-06T00:00:00Z"},  // the 13th, and every Friday
        {"0 0 31 2 *", "never", "never"}}) {
    const auto cron = Cron::parse(each.schedule);
    ASSERT_TRUE(cron) << each.schedule;
    EXPECT_EQ(text(cron->last(moment)), each.last) << each.schedule;
    EXPECT_EQ(text(cron->next(moment)), each.next) << each.schedule;
  }
}

TEST(Cron, TheScheduledMinuteItselfIsLastAndNotNext) {
  const auto cron = *Cron::parse("0 2 * * *");
  EXPECT_EQ(text(cron.last(at("2026-01-01T02:00:00Z"))), "2026-01-01T02:00:00Z");
  EXPECT_EQ(text(cron.next(at("2026-01-01T02:00:00Z"))), "2026-01-02T02:00:00Z");
}

TEST(Cron, RefusesWhatIsNoSchedule) {
  for (const char* each : {"", "* * * *", "* * * * * *", "60 * * * *", "* 24 * * *", "* * 0 * *",
                           "* * * 13 *", "* * * * 8", "a * * * *", "1- * * * *", "5-1 * * * *", "*/0 * * * *",
                           "1/2/3 * * * *", "1,,2 * * * *", "*  * * * *", "-1 * * * *"})
    EXPECT_FALSE(Cron::parse(each)) << each;
}

}  // namespace
}  // namespace shop
