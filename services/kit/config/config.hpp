#pragma once
#include <chrono>
#include <functional>
#include <map>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace kit::config {

/// A configuration error that names the key: the program prints it and exits with 78 (EX_CONFIG of
/// sysexits.h).
class Error : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

using Environment = std::map<std::string, std::string>;
/// This process's environment.
Environment environment();

/// Typed configuration. A component binds its keys to fields of its own options struct; `load` then fills
/// them from YAML and from the environment, which takes precedence: key "http.port" is SHOPKEEPER_HTTP_PORT.
/// Unknown keys in YAML and values of a wrong type or range throw Error with the key and its origin. Values
/// of keys bound by `secret` are never in a message.
class Binder {
 public:
  void integer(std::string key, int& into, int min, int max);
  void text(std::string key, std::string& into);
  void secret(std::string key, std::string& into);
  void flag(std::string key, bool& into);
  /// "250ms", "2s", "10m", "1h"
  void duration(std::string key, std::chrono::milliseconds& into, std::chrono::milliseconds min,
                std::chrono::milliseconds max);
  void choice(std::string key, std::string& into, std::vector<std::string> allowed);
  /// Another environment variable for the key (DATABASE_URL); SHOPKEEPER_* takes precedence.
  void alias(std::string key, std::string variable);
  /// A rule over the loaded values; returns the complaint, starting with the key, or "".
  void rule(std::function<std::string()> check);

  /// `yaml` is the file's text ("" for none), `origin` its name for messages.
  void load(std::string_view yaml, std::string_view origin, const Environment& environment);

 private:
  struct Key {
    std::function<void(const std::string& value, const std::string& where)> set;
    std::string alias;
  };
  void bind(std::string key, std::function<void(const std::string&, const std::string&)> set);
  std::map<std::string, Key> keys_;
  std::vector<std::function<std::string()>> rules_;
};

}  // namespace kit::config
