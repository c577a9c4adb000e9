#pragma once
#include "services/order/domain/state.hpp"

// Sets of order states for `state in …` in SQL statements, as literals since statements are constants.
// store/state_sql_test.cpp checks them against the state machine, and that no statement or constraint has
// another set.
#define SHOPKEEPER_PLACING "('pending', 'reserved', 'authorised')"  // driven by the saga
#define SHOPKEEPER_FINAL "('delivered', 'rejected', 'cancelled')"   // no transition leads on
#define SHOPKEEPER_FAILED "('rejected', 'cancelled')"               // ended, with a reason

namespace order {

constexpr bool placing(State state) { return !settled(state); }

}  // namespace order
