#include "services/kit/metrics/metrics.hpp"

#include <dirent.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <sstream>

#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

namespace kit {
namespace {

/// The standard process metrics
/// (https://prometheus.io/docs/instrumenting/writing_clientlibs/#process-metrics), from /proc.
class Process {
 public:
  explicit Process(Metrics& metrics)
      : cpu_(
            metrics.counter("process_cpu_seconds_total", "Total user and system CPU time spent in seconds.")),
        resident_(metrics.gauge("process_resident_memory_bytes", "Resident memory size in bytes.")),
        virtual_(metrics.gauge("process_virtual_memory_bytes", "Virtual memory size in bytes.")),
        descriptors_(metrics.gauge("process_open_fds", "Number of open file descriptors.")),
        threads_(metrics.gauge("process_threads", "Number of threads.")) {
    std::ifstream uptime("/proc/uptime");
    double up = 0;
    uptime >> up;
    const auto now =
        std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
    metrics.gauge("process_start_time_seconds", "Start time of the process since unix epoch in seconds.")
        .Set(now - up + read().start);
  }

  void refresh() {
    const auto now = read();
    cpu_.Increment(std::max(0.0, now.cpu - cpu_.Value()));
    resident_.Set(now.resident);
    virtual_.Set(now.memory);
    threads_.Set(now.threads);
    int open = 0;
    if (DIR* folder = opendir("/proc/self/fd")) {
      while (readdir(folder)) ++open;
      closedir(folder);
      descriptors_.Set(open - 3);  // ".", ".." and the folder itself
    }
  }

 private:
  struct Reading {
    double cpu = 0, threads = 0, start = 0, memory = 0, resident = 0;
  };

  /// /proc/self/stat, after the name in parentheses (proc(5): fields 14, 15, 20, 22, 23, 24).
  static Reading read() {
    std::ifstream file("/proc/self/stat");
    std::string line;
    std::getline(file, line);
    std::istringstream rest(line.substr(std::min(line.size(), line.rfind(')') + 1)));
    std::string word;
    std::vector<double> fields;
    while (rest >> word) fields.push_back(std::strtod(word.c_str(), nullptr));
    if (fields.size() < 22) return {};
    const auto tick = static_cast<double>(sysconf(_SC_CLK_TCK));
    const auto page = static_cast<double>(sysconf(_SC_PAGESIZE));
    return {(fields[11] + fields[12]) / tick, fields[17], fields[19] / tick, fields[20], fields[21] * page};
  }

  prometheus::Counter& cpu_;
  prometheus::Gauge &resident_, &virtual_, &descriptors_, &threads_;
};

prometheus::MetricFamily family(const std::string& name, const std::string& help,
                                const Metrics::Samples& samples) {
  prometheus::MetricFamily out{name, help, prometheus::MetricType::Gauge, {}};
  for (const auto& [labels, value] : samples) {
    auto& metric = out.metric.emplace_back();
    metric.gauge.value = value;
    for (const auto& [label, text] : labels) metric.label.push_back({label, text});
  }
  return out;
}

}  // namespace

Metrics::Metrics()
    : registry_(std::make_shared<prometheus::Registry>(prometheus::Registry::InsertBehavior::Merge)) {
  before_scrape([process = std::make_shared<Process>(*this)] { process->refresh(); });
}

Metrics::~Metrics() = default;

prometheus::Counter& Metrics::counter(const std::string& name, const std::string& help,
                                      const Labels& labels) {
  return prometheus::BuildCounter().Name(name).Help(help).Register(*registry_).Add(labels);
}

prometheus::Gauge& Metrics::gauge(const std::string& name, const std::string& help, const Labels& labels) {
  return prometheus::BuildGauge().Name(name).Help(help).Register(*registry_).Add(labels);
}

prometheus::Histogram& Metrics::histogram(const std::string& name, const std::string& help,
                                          const Labels& labels, const std::vector<double>& buckets) {
  return prometheus::BuildHistogram().Name(name).Help(help).Register(*registry_).Add(labels, buckets);
}

void Metrics::before_scrape(std::function<void()> refresh) {
  const std::lock_guard lock(refreshers_lock_);
  refreshers_.push_back(std::move(refresh));
}

void Metrics::gauge_of(const std::string& name, const std::string& help, std::function<Samples()> samples) {
  const std::lock_guard lock(refreshers_lock_);
  changing_.push_back({name, help, std::move(samples)});
}

std::string Metrics::text() {
  std::vector<prometheus::MetricFamily> now;
  {
    const std::lock_guard lock(refreshers_lock_);
    for (const auto& refresh : refreshers_) refresh();
    for (const auto& each : changing_) now.push_back(family(each.name, each.help, each.samples()));
  }
  auto all = registry_->Collect();
  std::move(now.begin(), now.end(), std::back_inserter(all));
  return prometheus::TextSerializer().Serialize(all);
}

const std::vector<double>& Metrics::default_buckets() {
  static const std::vector<double> buckets = {0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1,
                                              0.25,  0.5,    1,     2.5,  5,     10};
  return buckets;
}

}  // namespace kit
