#include "operator/shop/commands/plugin/logs.hpp"

#include "operator/shop/spec/names.hpp"

#include <atomic>
#include <iostream>
#include <mutex>
#include <thread>

namespace shop::plugin {
namespace {

using namespace std::chrono_literals;

kube::Call log_call(const kube::Key& pod, const Options& options) {
  kube::Call call{"GET", kube::types::pod.path(pod, "log")};
  call.accept = "*/*";
  if (options.follow) call.query["follow"] = "true";
  if (options.since) call.query["sinceSeconds"] = std::to_string(options.since->count());
  if (options.tail) call.query["tailLines"] = std::to_string(*options.tail);
  return call;
}

class Printer {
 public:
  Printer(kube::Client& client, const Options& options) : client_(client), options_(options) {}

  void print(const kube::Key& pod) {
    try {
      // A service may be silent for hours.
      const auto stream = client_.open(log_call(pod, options_), options_.follow ? 24h : 30s, {});
      while (const auto line = stream->next()) write(std::cout, log_line(pod.name, *line));
    } catch (const std::exception& error) {
      failed_ = true;
      write(std::cerr, pod.name + "  " + error.what());
    }
  }
  bool failed() const { return failed_; }

 private:
  void write(std::ostream& out, const std::string& text) {
    const std::lock_guard guard(lock_);
    out << text << "\n" << std::flush;
  }

  kube::Client& client_;
  const Options& options_;
  std::mutex lock_;
  std::atomic<bool> failed_{false};
};

}  // namespace

std::string log_line(const std::string& pod, const std::string& line) { return pod + "  " + line; }

int logs(kube::Client& client, const Options& options, const std::string& ns) {
  // Appended, because gcc 12 warns of a chain of operator+ that begins with a short text.
  std::string selector = instance_label;
  selector.append("=").append(options.name).append(",");
  selector.append(component_label).append("=").append(options.service);
  const auto pods = client.list(kube::types::pod, {.ns = ns, .label_selector = selector}).items;
  if (pods.empty())
    throw std::runtime_error("no pods of " + options.service + " of the Shop " + ns + "/" + options.name +
                             "; services are user, product, order, notification, postgres, rabbitmq");
  Printer printer(client, options);
  if (options.follow) {
    std::vector<std::jthread> threads;
    threads.reserve(pods.size());
    for (const auto& pod : pods)
      threads.emplace_back([&printer, key = kube::key(pod)] { printer.print(key); });
  } else {
    for (const auto& pod : pods) printer.print(kube::key(pod));
  }
  return printer.failed() ? 1 : 0;
}

}  // namespace shop::plugin
