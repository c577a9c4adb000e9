#include "services/kit/config/config.hpp"

#include <gtest/gtest.h>

namespace kit::config {
namespace {

struct Options {
  int port = 8080;
  std::string url;
  std::string access = "Authenticated";
  bool verbose = false;
  std::chrono::milliseconds wait{1000};
};

Options load(std::string_view yaml, const Environment& environment = {}) {
  Options options;
  Binder binder;
  binder.integer("http.port", options.port, 0, 65535);
  binder.secret("database.url", options.url);
  binder.alias("database.url", "DATABASE_URL");
  binder.choice("access", options.access, {"Authenticated", "Open"});
  binder.flag("verbose", options.verbose);
  binder.duration("wait", options.wait, std::chrono::milliseconds(10), std::chrono::hours(1));
  binder.rule([&] {
    return options.port == 9090 ? std::string("http.port must not be the operations port") : std::string();
  });
  binder.load(yaml, "config.yaml", environment);
  return options;
}

std::string complaint(std::string_view yaml, const Environment& environment = {}) {
  try {
    load(yaml, environment);
  } catch (const Error& e) {
    return e.what();
  }
  return "";
}

TEST(Config, FillsFromYamlAndLeavesDefaults) {
  const auto options = load("http:\n  port: 80\naccess: Open\nverbose: true\nwait: 2s\n");
  EXPECT_EQ(options.port, 80);
  EXPECT_EQ(options.access, "Open");
  EXPECT_TRUE(options.verbose);
  EXPECT_EQ(options.wait, std::chrono::seconds(2));
  EXPECT_EQ(load("").port, 8080);
}

TEST(Config, EnvironmentOverridesYamlAndAliases) {
  EXPECT_EQ(load("http: {port: 80}", {{"SHOPKEEPER_HTTP_PORT", "81"}}).port, 81);
  EXPECT_EQ(load("database: {url: a}", {{"DATABASE_URL", "b"}}).url, "b");
  EXPECT_EQ(load("", {{"DATABASE_URL", "b"}, {"SHOPKEEPER_DATABASE_URL", "c"}}).url, "c");
}

TEST(Config, NamesTheWrongKeyAndItsOrigin) {
  EXPECT_EQ(complaint("htp: {port: 1}"), "htp.port (config.yaml) is not a key that is known here");
  EXPECT_EQ(complaint("http: {port: x}"), "http.port (config.yaml) must be an integer between 0 and 65535");
  EXPECT_EQ(complaint("http: {port: 70000}"),
            "http.port (config.yaml) must be an integer between 0 and 65535");
  EXPECT_EQ(complaint("", {{"SHOPKEEPER_HTTP_PORT", ""}}),
            "http.port (environment variable SHOPKEEPER_HTTP_PORT) must be an integer between 0 and 65535");
  EXPECT_EQ(complaint("access: Closed"), "access (config.yaml) must be Authenticated or Open");
  EXPECT_EQ(complaint("verbose: yes"), "verbose (config.yaml) must be true or false");
  EXPECT_EQ(complaint("wait: 5"), "wait (config.yaml) must be a duration such as 250ms, 2s, 10m or 1h");
  EXPECT_EQ(complaint("wait: 2h"), "wait (config.yaml) must be between 10ms and 3600000ms");
  EXPECT_EQ(complaint("http: [1]"), "http (config.yaml) must be a mapping or a single value");
  EXPECT_EQ(complaint("http: {port: 1}\nhttp: {port: 2}"), "http.port (config.yaml) comes twice");
  EXPECT_EQ(complaint("a: [1"), "config.yaml is not valid YAML at line 1");
  EXPECT_EQ(complaint("http: {port: 9090}"), "http.port must not be the operations port");
}

}  // namespace
}  // namespace kit::config
