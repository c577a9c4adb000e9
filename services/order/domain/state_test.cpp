#include "services/order/domain/state.hpp"

#include <map>
#include <set>
#include <stdexcept>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

namespace order {
namespace {

const std::vector<StateEvent> EVENTS{
    StateEvent::StockReserved,   StateEvent::StockRefused, StateEvent::PaymentAuthorised,
    StateEvent::PaymentDeclined, StateEvent::StockTaken,   StateEvent::StockLost,
    StateEvent::GivenUp,         StateEvent::Cancelled,    StateEvent::Shipped,
    StateEvent::Delivered,       StateEvent::PaymentFailed};

TEST(State, NamesAreParsed) {
  for (const auto& [state, name, next] : STATES) EXPECT_EQ(parse_state(to_string(state)), state);
  EXPECT_THROW(parse_state("lost"), std::invalid_argument);
}

TEST(State, AllowsTheseTransitionsOnly) {
  struct Expected {
    State to;
    bool release = false;
  };
  using E = StateEvent;
  const std::map<std::pair<State, StateEvent>, Expected> expected{
      {{State::Pending, E::StockReserved}, {State::Reserved}},
      {{State::Pending, E::StockTaken}, {State::Confirmed}},
      {{State::Pending, E::StockRefused}, {State::Rejected}},
      {{State::Pending, E::GivenUp}, {State::Cancelled, true}},
      {{State::Pending, E::Cancelled}, {State::Cancelled, true}},
      {{State::Reserved, E::PaymentAuthorised}, {State::Authorised}},
      {{State::Reserved, E::PaymentDeclined}, {State::Rejected, true}},
      {{State::Reserved, E::GivenUp}, {State::Cancelled, true}},
      {{State::Reserved, E::Cancelled}, {State::Cancelled, true}},
      {{State::Authorised, E::StockTaken}, {State::Confirmed}},
      {{State::Authorised, E::StockLost}, {State::Rejected, true}},
      {{State::Authorised, E::PaymentFailed}, {State::Rejected, true}},
      {{State::Authorised, E::GivenUp}, {State::Cancelled, true}},
      {{State::Authorised, E::Cancelled}, {State::Cancelled, true}},
      {{State::Confirmed, E::Cancelled}, {State::Cancelled, true}},
      {{State::Confirmed, E::Shipped}, {State::Shipped}},
      {{State::Shipped, E::Delivered}, {State::Delivered}},
  };
  for (const auto& [state, name, next] : STATES)
    for (const auto event : EVENTS) {
      const auto found = expected.find({state, event});
      const auto got = transition(state, event);
      ASSERT_EQ(got.has_value(), found != expected.end()) << name << " " << static_cast<int>(event);
      if (!got) continue;
      EXPECT_EQ(got->to, found->second.to) << name << " " << static_cast<int>(event);
      EXPECT_EQ(got->release, found->second.release) << name << " " << static_cast<int>(event);
    }
  EXPECT_EQ(TRANSITIONS.size(), expected.size());
}

TEST(State, OrdersBeingPlacedCanBeGivenUp) {
  for (const auto& [state, name, next] : STATES) {
    if (settled(state)) continue;
    const auto given_up = transition(state, StateEvent::GivenUp);
    ASSERT_TRUE(given_up) << to_string(state);
    EXPECT_TRUE(settled(given_up->to));
    EXPECT_TRUE(given_up->release) << "stock may be held";
  }
}

TEST(State, SuccessfulStepsLeadToConfirmed) {
  const std::map<Step, StateEvent> good{{Step::Reserve, StateEvent::StockReserved},
                                        {Step::Authorise, StateEvent::PaymentAuthorised},
                                        {Step::TakeStock, StateEvent::StockTaken}};
  auto state = State::Pending;
  std::set<Step> done;
  while (!settled(state)) {
    const auto step = next_step(state);
    ASSERT_TRUE(done.insert(step).second);
    state = transition(state, good.at(step))->to;
  }
  EXPECT_EQ(state, State::Confirmed);
  EXPECT_EQ(done.size(), good.size());
}

TEST(State, IsFinalWithoutFurtherTransitions) {
  std::set<State> final_ones;
  for (const auto& [state, name, next] : STATES)
    if (is_final(state)) final_ones.insert(state);
  EXPECT_EQ(final_ones, (std::set<State>{State::Delivered, State::Rejected, State::Cancelled}));
}

}  // namespace
}  // namespace order
