#include "services/order/errors/problems.hpp"

#include "services/order/domain/errors.hpp"

#include <gtest/gtest.h>

namespace order {
namespace {

using nlohmann::json;

const kit::Money PRICE(29999, *kit::Currency::parse("USD"));

template <class Error>
json body_of(Error error) {
  return problem_of(std::make_exception_ptr(std::move(error))).value().body();
}

TEST(Problems, SayHowTheOrderStands) {
  Order order;
  order.state = State::Confirmed;
  order.was_confirmed = true;
  order.total = PRICE;
  order.refunded = PRICE;
  EXPECT_EQ(body_of(StateConflict("It cannot be shipped", order))["paid"], 299.99);
  order.total.reset();
  EXPECT_FALSE(body_of(StateConflict("It cannot be shipped", order)).contains("paid"));
}

TEST(Problems, AreOfDomainErrorsOnly) {
  EXPECT_EQ(body_of(CartChanged())["title"], "Cart changed");
  EXPECT_FALSE(problem_of(std::make_exception_ptr(std::logic_error("mistake"))));
}

}  // namespace
}  // namespace order
