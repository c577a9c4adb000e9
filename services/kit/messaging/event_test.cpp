#include "services/kit/messaging/event.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace kit::messaging {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing::MatchesRegex;

std::string complaint(std::string_view text) {
  try {
    from_json(text);
  } catch (const std::invalid_argument& e) {
    return e.what();
  }
  return "";
}

TEST(Event, MakeSetsIdAndTime) {
  const auto event = Event::make("/shopkeeper/order", "order.placed", "order/7", {{"order_id", 7}}, "");
  EXPECT_THAT(event.id, MatchesRegex("[0-9a-f-]{36}"));
  EXPECT_THAT(event.time, MatchesRegex("20.*T.*Z"));
  EXPECT_NE(event.id, Event::make("/a", "b", "", {}, "").id);
}

TEST(Event, RoundTripsThroughJson) {
  const auto event = Event::make("/shopkeeper/order", "order.placed", "order/7", {{"name", "Zoë \"x\""}},
                                 "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
  const auto back = from_json(to_json(event));
  EXPECT_EQ(back.id, event.id);
  EXPECT_EQ(back.source, event.source);
  EXPECT_EQ(back.type, event.type);
  EXPECT_EQ(back.subject, event.subject);
  EXPECT_EQ(back.time, event.time);
  EXPECT_EQ(back.traceparent, event.traceparent);
  EXPECT_EQ(back.data, event.data);
}

TEST(Event, IsACloudEvent) {
  const auto object = json::parse(to_json(Event::make("/s", "t", "", 1, "")));
  EXPECT_EQ(object["specversion"], "1.0");
  EXPECT_EQ(object["datacontenttype"], "application/json");
  EXPECT_FALSE(object.contains("subject"));
  EXPECT_FALSE(object.contains("traceparent"));
}

TEST(Event, WritesInvalidUtf8WithReplacements) {
  EXPECT_THAT(to_json(Event::make("/s", "t", "x/\xff", {}, "")), HasSubstr("x/\xef\xbf\xbd"));
}

TEST(Event, ReadsForeignEventsAndNamesErrors) {
  const json fine = {{"specversion", "1.0"}, {"id", "1"}, {"source", "/s"}, {"type", "t"}};
  EXPECT_TRUE(from_json(fine.dump()).data.is_null());
  for (const char* wrong : {"{", "[]"}) EXPECT_THAT(complaint(wrong), HasSubstr("not a JSON object"));
  const std::vector<std::tuple<const char*, json, const char*>> changes{
      {"specversion", "0.3", "specversion"},     {"id", nullptr, "has no id"},
      {"id", 7, "id is not a string"},           {"source", "", "source is empty"},
      {"data_base64", "AA==", "data is binary"},
  };
  for (const auto& [name, value, reason] : changes) {
    auto event = fine;
    event[name] = value;
    EXPECT_THAT(complaint(event.dump()), HasSubstr(reason));
  }
}

TEST(Event, AgeIsNeverNegative) {
  const auto now = std::chrono::system_clock::time_point(std::chrono::seconds(1767225600));  // 2026-01-01
  Event event;
  const auto age = [&](const char* time) {
    event.time = time;
    return age_s(event, now);
  };
  EXPECT_DOUBLE_EQ(age("2025-12-31T23:59:58Z").value(), 2);
  EXPECT_NEAR(age("2025-12-31T23:59:58.750Z").value(), 1.25, 1e-6);
  EXPECT_EQ(age("2026-01-01T00:00:07Z"), 0) << "clocks differ";
  EXPECT_EQ(age("9999-12-31T23:59:59Z"), 0);
  for (const char* wrong :
       {"", "yesterday", "2026-01-01T00:00:00", "2026-01-01T00:00:00+02:00", "2026-01-01T00:00:00.Z5"})
    EXPECT_FALSE(age(wrong)) << wrong;
}

}  // namespace
}  // namespace kit::messaging
