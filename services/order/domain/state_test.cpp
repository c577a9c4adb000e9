#include "services/order/domain/state.hpp"

#include <map>
#include <set>
#include <stdexcept>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

namespace order {
namespace {

using namespace std::chrono_literals;

const std::vector<State> STATES{State::Pending, State::Reserved,  State::Authorised, State::Confirmed,
                                State::Shipped, State::Delivered, State::Rejected,   State::Cancelled};
const std::vector<Outcome> OUTCOMES{
    Outcome::StockReserved, Outcome::StockRefused, Outcome::PaymentAuthorised, Outcome::PaymentDeclined,
    Outcome::StockTaken,    Outcome::StockLost,    Outcome::GivenUp,           Outcome::Cancelled,
    Outcome::Shipped,       Outcome::Delivered,    Outcome::PaymentFailed};

TEST(State, NamesComeBack) {
  for (const auto state : STATES) EXPECT_EQ(parse_state(to_string(state)), state);
  EXPECT_THROW(parse_state("lost"), std::invalid_argument);
}

TEST(State, EveryTransitionThatThereIsAndNoOther) {
  const std::map<std::pair<State, Outcome>, Transition> expected{
      {{State::Pending, Outcome::StockReserved}, {State::Reserved, false}},
      {{State::Pending, Outcome::StockRefused}, {State::Rejected, false}},
      {{State::Pending, Outcome::GivenUp}, {State::Cancelled, true}},
      {{State::Pending, Outcome::Cancelled}, {State::Cancelled, true}},
      {{State::Reserved, Outcome::PaymentAuthorised}, {State::Authorised, false}},
      {{State::Reserved, Outcome::PaymentDeclined}, {State::Rejected, true}},
      {{State::Reserved, Outcome::GivenUp}, {State::Cancelled, true}},
      {{State::Reserved, Outcome::Cancelled}, {State::Cancelled, true}},
      {{State::Authorised, Outcome::StockTaken}, {State::Confirmed, false}},
      {{State::Authorised, Outcome::StockLost}, {State::Rejected, true}},
      {{State::Authorised, Outcome::PaymentFailed}, {State::Rejected, true}},
      {{State::Authorised, Outcome::GivenUp}, {State::Cancelled, true}},
      {{State::Authorised, Outcome::Cancelled}, {State::Cancelled, true}},
      {{State::Confirmed, Outcome::Cancelled}, {State::Cancelled, true}},
      {{State::Confirmed, Outcome::Shipped}, {State::Shipped, false}},
      {{State::Shipped, Outcome::Delivered}, {State::Delivered, false}},
  };
  for (const auto state : STATES)
    for (const auto outcome : OUTCOMES) {
      const auto found = expected.find({state, outcome});
      const auto got = transition(state, outcome);
      ASSERT_EQ(got.has_value(), found != expected.end())
          << to_string(state) << " " << static_cast<int>(outcome);
      if (!got) continue;
      EXPECT_EQ(*got, found->second) << to_string(state) << " " << static_cast<int>(outcome);
    }
}

TEST(State, WhoeverIsNotSettledCanGoOnAndCanEnd) {
  for (const auto state : STATES) {
    if (settled(state)) continue;
    const auto given_up = transition(state, Outcome::GivenUp);
    ASSERT_TRUE(given_up) << to_string(state);
    EXPECT_TRUE(settled(given_up->to));
    EXPECT_TRUE(given_up->release) << "nobody knows what is held";
  }
}

TEST(State, GoodOutcomesLeadToConfirmed) {
  const std::map<Step, Outcome> good{{Step::Reserve, Outcome::StockReserved},
                                     {Step::Authorise, Outcome::PaymentAuthorised},
                                     {Step::TakeStock, Outcome::StockTaken}};
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

TEST(State, IsFinalExactlyWhereNothingLeadsOn) {
  // A delivered order stays delivered whatever is refunded; what was not settled can still end either way.
  std::set<State> final_ones;
  for (const auto state : {State::Pending, State::Reserved, State::Authorised, State::Confirmed,
                           State::Shipped, State::Delivered, State::Rejected, State::Cancelled})
    if (is_final(state)) final_ones.insert(state);
  EXPECT_EQ(final_ones, (std::set<State>{State::Delivered, State::Rejected, State::Cancelled}));
}

TEST(RetryDelay, DoublesToALimit) {
  EXPECT_EQ(retry_delay(0, 0), 250ms);
  EXPECT_LE(retry_delay(0, 0.999), 500ms);
  EXPECT_EQ(retry_delay(1, 0), 500ms);
  EXPECT_EQ(retry_delay(3, 0), 2000ms);
  EXPECT_EQ(retry_delay(100, 0), 7500ms);
  EXPECT_LE(retry_delay(1000000, 0.999), 15s);
}

}  // namespace
}  // namespace order
