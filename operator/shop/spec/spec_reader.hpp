#pragma once
#include "operator/shop/spec/spec.hpp"

#include <set>
#include <string>
#include <vector>

namespace shop {

/// Reads one object of a Shop's spec and gathers complaints in a list that nested readers share. What is
/// missing has the default given. Not thread-safe.
class SpecReader {
 public:
  /// `object` may be null (all defaults). `errors` must outlive the reader.
  SpecReader(const Json* object, std::string path, std::vector<std::string>& errors);
  /// Complains of fields that were never asked for.
  ~SpecReader();
  SpecReader(const SpecReader&) = delete;
  SpecReader& operator=(const SpecReader&) = delete;

  bool has(const char* field) const;
  std::string text(const char* field, std::string otherwise = {});
  std::string required_text(const char* field);
  std::string choice(const char* field,
                     std::initializer_list<const char*> allowed);  ///< the first is the default
  bool flag(const char* field);
  int integer(const char* field, int otherwise, int min, int max);
  /// A memory or storage size, positive.
  std::string size(const char* field, std::string otherwise = {});
  std::string cpu(const char* field);
  std::vector<std::string> texts(const char* field);
  std::map<std::string, std::string> text_map(const char* field);
  /// The nested object; null when missing or wrong.
  const Json* object(const char* field);
  const Json* array(const char* field);
  std::string path(const char* field) const { return path_ + "." + field; }
  std::vector<std::string>& errors() { return errors_; }
  void complain(const char* field, const std::string& reason) {
    errors_.push_back(path(field) + " " + reason);
  }

 private:
  const Json* find(const char* field);
  const Json* object_;
  std::string path_;
  std::vector<std::string>& errors_;
  std::set<std::string> asked_;
};

}  // namespace shop
