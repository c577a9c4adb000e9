#include "operator/kube/selector.hpp"

#include <algorithm>
#include <stdexcept>

namespace kube {

namespace {

/// Reads the text of a selector, token by token.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : text_(text) {}

  void skip_space() {
    while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\t')) ++at_;
  }
  bool end() {
    skip_space();
    return at_ == text_.size();
  }
  bool accept(std::string_view token) {
    skip_space();
    if (text_.substr(at_, token.size()) != token) return false;
    at_ += token.size();
    return true;
  }
  /// A word of its own: "in" but not the beginning of "inside".
  bool accept_word(std::string_view word) {
    const std::size_t before = at_;
    skip_space();
    if (this->word() == word) return true;
    at_ = before;
    return false;
  }
  std::string word() {
    skip_space();
    const std::size_t begin = at_;
    while (at_ < text_.size() && (std::isalnum(static_cast<unsigned char>(text_[at_])) != 0 ||
                                  std::string_view("-_./").find(text_[at_]) != std::string_view::npos)) {
      ++at_;
    }
    return std::string(text_.substr(begin, at_ - begin));
  }
  [[noreturn]] void fail(const std::string& wanted) const {
    throw std::invalid_argument("label selector \"" + std::string(text_) + "\": " + wanted + " expected at " +
                                std::to_string(at_));
  }

 private:
  std::string_view text_;
  std::size_t at_ = 0;
};

std::vector<std::string> parse_set(Scanner& scan) {
  if (!scan.accept("(")) scan.fail("'('");
  std::vector<std::string> out;
  do {
    out.push_back(scan.word());
  } while (scan.accept(","));
  if (!scan.accept(")")) scan.fail("')'");
  return out;
}

}  // namespace

Selector Selector::parse(std::string_view text) {
  Selector out;
  Scanner scan(text);
  if (scan.end()) return out;
  do {
    Term term;
    const bool negated = scan.accept("!");
    term.key = scan.word();
    if (term.key.empty()) scan.fail("a label");
    if (negated) {
      term.op = Operator::Missing;
    } else if (scan.accept("!=")) {
      term.op = Operator::NotIn;
      term.values = {scan.word()};
    } else if (scan.accept("==") || scan.accept("=")) {
      term.op = Operator::In;
      term.values = {scan.word()};
    } else if (scan.accept_word("in")) {
      term.op = Operator::In;
      term.values = parse_set(scan);
    } else if (scan.accept_word("notin")) {
      term.op = Operator::NotIn;
      term.values = parse_set(scan);
    } else {
      term.op = Operator::Exists;
    }
    out.terms_.push_back(std::move(term));
  } while (scan.accept(","));
  if (!scan.end()) scan.fail("','");
  return out;
}

bool Selector::matches(const Labels& labels) const {
  return std::all_of(terms_.begin(), terms_.end(), [&](const Term& term) {
    const auto found = labels.find(term.key);
    const bool there = found != labels.end();
    const auto listed = [&] {
      return there && std::find(term.values.begin(), term.values.end(), found->second) != term.values.end();
    };
    switch (term.op) {
      case Operator::In:
        return listed();
      case Operator::NotIn:
        return !listed();
      case Operator::Exists:
        return there;
      case Operator::Missing:
        return !there;
    }
    return false;
  });
}

std::string selector_text(const Labels& labels) {
  std::string out;
  for (const auto& [key, value] : labels) out += (out.empty() ? "" : ",") + key + "=" + value;
  return out;
}

}  // namespace kube
