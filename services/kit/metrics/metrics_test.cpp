#include "services/kit/metrics/metrics.hpp"

#include <sstream>

#include <gtest/gtest.h>

namespace kit {
namespace {

double value_of(const std::string& text, const std::string& series) {
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);)
    if (line.starts_with(series + " ")) return std::stod(line.substr(series.size() + 1));
  return -1;
}

TEST(Metrics, SameNameAndLabelsReturnTheSameMetric) {
  Metrics metrics;
  auto& once = metrics.counter("orders_total", "Orders.", {{"result", "confirmed"}});
  auto& again = metrics.counter("orders_total", "Orders.", {{"result", "confirmed"}});
  EXPECT_EQ(&once, &again);
  once.Increment();
  again.Increment();
  EXPECT_EQ(value_of(metrics.text(), "orders_total{result=\"confirmed\"}"), 2);
}

TEST(Metrics, RefreshesBeforeAScrape) {
  Metrics metrics;
  auto& depth = metrics.gauge("depth", "Depth.");
  int scrapes = 0;
  metrics.before_scrape([&] { depth.Set(++scrapes); });
  metrics.text();
  EXPECT_EQ(value_of(metrics.text(), "depth"), 2);
}

TEST(Metrics, DropsSeriesThatDisappeared) {
  Metrics metrics;
  Metrics::Samples samples{{{{"shop", "a"}}, 1}, {{{"shop", "b\"c"}}, 0}};
  metrics.gauge_of("ready", "Ready.", [&] { return samples; });
  EXPECT_EQ(value_of(metrics.text(), "ready{shop=\"a\"}"), 1);
  EXPECT_EQ(value_of(metrics.text(), "ready{shop=\"b\\\"c\"}"), 0);
  samples.clear();
  EXPECT_EQ(metrics.text().find("ready{"), std::string::npos);
}

TEST(Metrics, IncludesProcessMetrics) {
  Metrics metrics;
  const auto text = metrics.text();
  EXPECT_GT(value_of(text, "process_resident_memory_bytes"), 1 << 20);
  EXPECT_GT(value_of(text, "process_open_fds"), 0);
  EXPECT_GE(value_of(text, "process_cpu_seconds_total"), 0);
  const auto now = std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
  EXPECT_NEAR(value_of(text, "process_start_time_seconds"), now, 60);
}

}  // namespace
}  // namespace kit
