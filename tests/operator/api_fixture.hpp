#pragma once
#include "operator/kube/client/client.hpp"
#include "operator/kube/testing/expect.hpp"
#include "services/kit/trace/trace.hpp"

#include <unistd.h>

#include <atomic>
#include <chrono>
#include <functional>
#include <string>
#include <thread>

#include <gmock/gmock.h>

namespace kube {

using namespace std::chrono_literals;

/// A client of the API server that KUBECONFIG names, and a namespace for each test.
class ApiTest : public ::testing::Test {
 protected:
  void SetUp() override {
    api.emplace(load_config(), ClientOptions{.user_agent = "kube-api-test"}, metrics);
    ns = "t-" + kit::random_hex(6);
    Object object = types::namespace_.object({"", ns});
    api->create(types::namespace_, object);
  }

  Key key(const std::string& name) const { return {ns, name}; }

  Object config_map(const std::string& name, const std::string& value, const Labels& labels = {}) const {
    Object out = types::config_map.object(key(name));
    out["data"]["key"] = value;
    for (const auto& [label, text] : labels) out["metadata"]["labels"][label] = text;
    return out;
  }

  /// Requests that were sent so far, but for reading.
  double writes() {
    return requests([](const std::string& line) {
      return line.find("GET") == std::string::npos && line.find("WATCH") == std::string::npos;
    });
  }
  /// Requests that were sent so far, of those series that `counts` accepts.
  double requests(const std::function<bool(const std::string&)>& counts = [](const auto&) { return true; }) {
    double sum = 0;
    std::istringstream lines(metrics.text());
    for (std::string line; std::getline(lines, line);) {
      if (line.starts_with("rest_client_requests_total{") && counts(line))
        sum += std::stod(line.substr(line.rfind(' ')));
    }
    return sum;
  }

  static bool eventually(const std::function<bool()>& check, std::chrono::milliseconds time = 15s) {
    const auto until = std::chrono::steady_clock::now() + time;
    while (!check()) {
      if (std::chrono::steady_clock::now() >= until) return false;
      std::this_thread::sleep_for(10ms);
    }
    return true;
  }

  kit::Metrics metrics;
  std::optional<Client> api;
  std::string ns;
};

}  // namespace kube
