#pragma once
#include "services/order/domain/state.hpp"

#include <string>

// Sets of order states for `state in …` in SQL statements, as literals since statements are constants. Each
// is checked against the state machine here; store/state_sql_test.cpp checks that no statement or constraint
// has another set.
#define SHOPKEEPER_PLACING "('pending', 'reserved', 'authorised')"  // driven by the saga
#define SHOPKEEPER_FINAL "('delivered', 'rejected', 'cancelled')"   // no transition leads on
#define SHOPKEEPER_FAILED "('rejected', 'cancelled')"               // ended, with a reason

namespace order {

template <class Predicate>
constexpr std::string sql_states(Predicate&& predicate) {
  std::string out;
  for (const auto& rule : STATES) {
    if (!predicate(rule.state)) continue;
    out += out.empty() ? "('" : ", '";
    out += rule.name;
    out += "'";
  }
  return out + ")";
}

constexpr bool placing(State state) { return !settled(state); }
constexpr bool failed(State state) {
  for (const auto& rule : TRANSITIONS)
    if (rule.to == state && is_final(state) && placing(rule.from)) return true;
  return false;
}

static_assert(sql_states(placing) == SHOPKEEPER_PLACING);
static_assert(sql_states(is_final) == SHOPKEEPER_FINAL);
static_assert(sql_states(failed) == SHOPKEEPER_FAILED);
// A statement that ends an order takes it from any state of placing.
static_assert(sql_states([](State from) { return transition(from, StateEvent::GivenUp).has_value(); }) ==
              SHOPKEEPER_PLACING);

}  // namespace order
