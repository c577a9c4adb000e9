#include "operator/kube/events/events.hpp"
#include "tests/operator/api_fixture.hpp"

namespace kube {
namespace {

class RecorderOnServer : public ApiTest {};

TEST_F(RecorderOnServer, RecordsRepeatedEventsOnceWithACount) {
  const Object about = api->create(types::config_map, config_map("a", "1"));
  {
    EventRecorder recorder(*api, {.controller = "shopkeeper.dev/test", .instance = "test-0"}, metrics);
    for (int i = 0; i < 3; ++i)
      recorder.record(about, {EventType::Warning, "MigrationFailed", "Migrate", "the Job failed"});
    recorder.record(about, {EventType::Normal, "Ready", "", "all is well"});
  }  // sends the queued events
  const auto events = api->list(types::event, {.ns = ns}).items;
  ASSERT_EQ(events.size(), 2u);
  for (const auto& event : events) {
    EXPECT_EQ(text_at(event, "/regarding/uid"), uid(about));
    if (text_at(event, "/reason") != "MigrationFailed") continue;
    EXPECT_EQ(event.at("series").at("count"), 3);
    EXPECT_EQ(text_at(event, "/type"), "Warning");
    EXPECT_EQ(text_at(event, "/note"), "the Job failed");
  }
  EXPECT_EQ(testing::metric(metrics, R"(kube_events_total{result="sent"})"), 4);
}

TEST_F(RecorderOnServer, RecreatesTheEventOfASeriesAfterItsDeletion) {
  const Object about = api->create(types::config_map, config_map("a", "1"));
  EventRecorder recorder(*api, {.controller = "shopkeeper.dev/test", .instance = "test-0"}, metrics);
  const Event event{EventType::Normal, "Ready", "Reconcile", "all is well"};
  const auto events = [&] { return api->list(types::event, {.ns = ns}).items; };
  recorder.record(about, event);
  ASSERT_TRUE(eventually([&] { return events().size() == 1; }));
  api->remove(types::event, kube::key(events()[0]));
  recorder.record(about, event);
  EXPECT_TRUE(eventually([&] { return events().size() == 1; }));
}

}  // namespace
}  // namespace kube
