#pragma once
#include "operator/kube/object.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace kube {

/// A label selector in its text form: "a=b,c!=d,e in (f,g),h notin (i),j,!k". Immutable; thread-safe.
class Selector {
 public:
  Selector() = default;  ///< matches everything
  /// Throws std::invalid_argument that says where.
  static Selector parse(std::string_view text);
  bool matches(const Labels& labels) const;
  bool empty() const { return terms_.empty(); }

 private:
  enum class Operator { In, NotIn, Exists, Missing };
  struct Term {
    std::string key;
    Operator op;
    std::vector<std::string> values;
  };
  std::vector<Term> terms_;
};

/// "a=b,c=d" of labels.
std::string selector_text(const Labels& labels);

}  // namespace kube
