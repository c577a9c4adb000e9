#pragma once
#include "operator/shop/spec/spec.hpp"

#include <set>
#include <string>
#include <vector>

namespace shop {

/// What the readers of one Shop have read.
struct SpecLog {
  std::vector<std::string> errors;
  std::set<std::string> fields;  ///< paths: "spec.image.tag", "spec.services.user.env[].name"
};

/// Reads one object of a Shop's spec, with a default for each missing field. Not thread-safe.
class SpecReader {
 public:
  /// `object` may be null (all defaults). `log` is shared by nested readers and must outlive them.
  SpecReader(const Json* object, std::string path, SpecLog& log);
  /// Of a field of `parent` that is an object or missing.
  SpecReader(SpecReader& parent, const char* field)
      : SpecReader(parent.object(field), parent.path(field), parent.log_) {}
  /// Logs an error for each field that was not read.
  ~SpecReader();
  SpecReader(const SpecReader&) = delete;
  SpecReader& operator=(const SpecReader&) = delete;

  /// Whether there is an object to read.
  bool present() const { return object_ != nullptr; }
  bool has(const char* field) const;
  std::string text(const char* field, std::string fallback = {});
  std::string required_text(const char* field);
  /// The first value is the default.
  std::string choice(const char* field, std::initializer_list<const char*> allowed);
  bool flag(const char* field, bool fallback = false);
  int integer(const char* field, int fallback, int min, int max);
  /// A memory or storage size, positive.
  std::string size(const char* field, std::string fallback = {}) {
    return quantity(field, std::move(fallback), "must be a size such as 8Gi");
  }
  std::string cpu(const char* field) {
    return quantity(field, {}, "must be an amount of cores such as 500m");
  }
  std::vector<std::string> texts(const char* field);
  std::map<std::string, std::string> text_map(const char* field);
  /// Null when missing or of another type.
  const Json* object(const char* field);
  const Json* array(const char* field);
  std::string path(const char* field) const { return path_ + "." + field; }
  SpecLog& log() { return log_; }
  void add_error(const char* field, const std::string& reason) {
    log_.errors.push_back(path(field) + " " + reason);
  }

 private:
  const Json* find(const char* field);
  std::string quantity(const char* field, std::string fallback, const char* complaint);
  const Json* typed(const char* field, Json::value_t type, const char* name);
  const Json* object_;
  std::string path_;
  SpecLog& log_;
};

}  // namespace shop
