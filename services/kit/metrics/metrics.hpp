#pragma once
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>

namespace prometheus {
class Registry;
}

namespace kit {

/// The process's metrics, on prometheus-cpp. References are valid for its lifetime: look a metric up once and
/// keep it. Thread-safe. Label values must be bounded in number (a route's pattern, never its path).
class Metrics {
 public:
  using Labels = std::map<std::string, std::string>;

  Metrics();
  ~Metrics();
  prometheus::Counter& counter(const std::string& name, const std::string& help, const Labels& labels = {});
  prometheus::Gauge& gauge(const std::string& name, const std::string& help, const Labels& labels = {});
  /// `buckets` in the metric's base unit; the default suits request durations in seconds (1 ms to 10 s).
  prometheus::Histogram& histogram(const std::string& name, const std::string& help,
                                   const Labels& labels = {},
                                   const std::vector<double>& buckets = default_buckets());
  /// `refresh` is called before each scrape, for gauges that are computed on demand.
  void before_scrape(std::function<void()> refresh);
  /// A gauge whose series appear and disappear; `samples` is called at each scrape.
  using Samples = std::vector<std::pair<Labels, double>>;
  void gauge_of(const std::string& name, const std::string& help, std::function<Samples()> samples);
  /// The text exposition format, with process_* metrics (resident memory, CPU, open fds, start time).
  std::string text();

  static const std::vector<double>& default_buckets();

 private:
  std::shared_ptr<prometheus::Registry> registry_;
  std::mutex refreshers_lock_;
  std::vector<std::function<void()>> refreshers_;
  struct Changing {
    std::string name, help;
    std::function<Samples()> samples;
  };
  std::vector<Changing> changing_;
};

}  // namespace kit
