#include "services/order/store/state_sql.hpp"

#include "services/kit/embedded.hpp"

#include <algorithm>
#include <regex>
#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>

extern const std::vector<kit::EmbeddedFile> order_sources;  ///< every file of the service with SQL

namespace order {
namespace {

using Names = std::set<std::string>;

template <class Predicate>
Names states(Predicate&& predicate) {
  Names out;
  for (const auto& rule : STATES)
    if (predicate(rule.state)) out.emplace(rule.name);
  return out;
}

struct Match {
  std::string file;
  std::vector<std::string> groups;
};

/// What matches `pattern` in the files whose names end with `ending`, with runs of whitespace put into one.
std::vector<Match> matches(const std::string& pattern, const std::string& ending) {
  std::vector<Match> out;
  const std::regex regex(pattern);
  for (const auto& [name, text] : order_sources) {
    if (!name.ends_with(ending)) continue;
    const auto joined = std::regex_replace(std::string(text), std::regex("\\s+"), " ");
    for (std::sregex_iterator it(joined.begin(), joined.end(), regex), end; it != end; ++it)
      out.push_back({std::string(name), {it->begin(), it->end()}});
  }
  return out;
}

Names quoted(const std::string& list) {
  Names out;
  const std::regex word("'([a-z]+)'");
  for (std::sregex_iterator it(list.begin(), list.end(), word), end; it != end; ++it) out.insert((*it)[1]);
  return out;
}

bool all_order_states(const Names& names) {
  return std::all_of(names.begin(), names.end(), [](const std::string& name) {
    return std::any_of(STATES.begin(), STATES.end(),
                       [&](const StateRule& rule) { return rule.name == name; });
  });
}

TEST(StateSql, LiteralsAreSetsOfTheStateMachine) {
  EXPECT_EQ(quoted(SHOPKEEPER_PLACING), states(placing));
  EXPECT_EQ(quoted(SHOPKEEPER_FINAL), states(is_final));
  EXPECT_EQ(quoted(SHOPKEEPER_FAILED), states([](State state) {
              return is_final(state) &&
                     std::any_of(TRANSITIONS.begin(), TRANSITIONS.end(),
                                 [&](const auto& rule) { return rule.to == state && placing(rule.from); });
            }));
  EXPECT_EQ(quoted(SHOPKEEPER_PLACING),
            states([](State from) { return transition(from, StateEvent::GivenUp).has_value(); }))
      << "a statement that ends an order takes it from any state of placing";
}

TEST(StateSql, StatementsTakeSetsOfStatesFromTheStateMachine) {
  const auto lists = matches("state (?:not )?in \\(([^)]*)\\)", ".cpp");
  EXPECT_FALSE(lists.empty()) << "sets of payment states are expected, at least";
  for (const auto& list : lists)
    EXPECT_FALSE(all_order_states(quoted(list.groups[1]))) << list.file << ": " << list.groups[0];
}

TEST(StateSql, GuardedUpdatesAreTransitions) {
  const auto updates = matches("update orders set state = '([a-z]+)'[^;\"]*? and state = '([a-z]+)'", ".cpp");
  EXPECT_EQ(updates.size(), 2U);
  for (const auto& update : updates) {
    const auto to = parse_state(update.groups[1]);
    const auto from = parse_state(update.groups[2]);
    EXPECT_TRUE(std::any_of(TRANSITIONS.begin(), TRANSITIONS.end(),
                            [&](const Transition& t) { return t.from == from && t.to == to; }))
        << update.file << ": " << update.groups[0];
  }
}

TEST(StateSql, ConstraintsAreSetsOfTheStateMachine) {
  const std::set<Names> sets{states([](State) { return true; }), states([](State state) {
                               return state == State::Shipped || state == State::Delivered;
                             }),
                             quoted(SHOPKEEPER_PLACING), quoted(SHOPKEEPER_FAILED)};
  int checked = 0;
  for (const auto& list : matches("check \\(\\(?state (?:not )?in \\(([^)]*)\\)", ".sql")) {
    const auto names = quoted(list.groups[1]);
    if (!all_order_states(names)) continue;  // of a payment or refund
    ++checked;
    EXPECT_TRUE(sets.contains(names)) << list.file << ": " << list.groups[0];
  }
  EXPECT_EQ(checked, 4);
}

}  // namespace
}  // namespace order
