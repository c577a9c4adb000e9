#pragma once
// For tests: an informer of Secrets against a scripted server.
#include "operator/kube/testing/expect.hpp"
#include "operator/kube/testing/scripted_server.hpp"
#include "operator/kube/watch/informer.hpp"

#include <map>

#include <gtest/gtest.h>

namespace kube::testing {

inline std::string secret(const std::string& name, const std::string& version) {
  return R"({"apiVersion":"v1","kind":"Secret","metadata":{"namespace":"n","name":")" + name +
         R"(","uid":"u-)" + name + R"(","resourceVersion":")" + version + R"("}})";
}
inline std::string event(const char* type, const std::string& name, const std::string& version) {
  return std::string(R"({"type":")") + type + R"(","object":)" + secret(name, version) + "}\n";
}
inline std::string list_of(const std::string& version, const std::string& items = {}) {
  return R"({"kind":"SecretList","metadata":{"resourceVersion":")" + version + R"("},"items":[)" + items +
         "]}";
}

class WatchFaults : public ::testing::Test {
 protected:
  void start(ScriptedServer& server, std::chrono::milliseconds silence = std::chrono::seconds(10)) {
    Config config;
    config.server = server.url();
    client.emplace(config, ClientOptions{.timeout = std::chrono::seconds(2), .tries = 1}, metrics);
    const InformerOptions options{.silence = silence,
                                  .backoff_first = std::chrono::milliseconds(5),
                                  .backoff_limit = std::chrono::milliseconds(20)};
    informer.emplace(*client, types::secret, options, metrics);
    informer->cache().subscribe([this](const Change&) { changed.notify_all(); });
    informer->start();
  }
  /// Waits until the cache holds these names at these versions.
  bool holds(const std::map<std::string, std::string>& desired,
             std::chrono::milliseconds time = std::chrono::seconds(10)) {
    std::unique_lock guard(lock);
    const auto until = std::chrono::steady_clock::now() + time;
    for (;;) {
      std::map<std::string, std::string> now;
      for (const auto& object : informer->cache().list()) now[name(*object)] = resource_version(*object);
      if (now == desired) return true;
      if (std::chrono::steady_clock::now() >= until) return false;
      changed.wait_for(guard, std::chrono::milliseconds(20));
    }
  }

  kit::Metrics metrics;
  std::mutex lock;
  std::condition_variable changed;
  std::optional<Client> client;
  std::optional<Informer> informer;
};

}  // namespace kube::testing
