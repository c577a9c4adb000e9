#include "services/order/errors/problems.hpp"

#include "services/order/domain/errors.hpp"
#include "services/order/privacy/erased_store.hpp"

#include <gtest/gtest.h>

namespace order {
namespace {

using nlohmann::json;

const kit::Money PRICE(29999, *kit::Currency::parse("USD"));
const contracts::Offer RADIO{kit::ProductId{9}, "Radio", PRICE, 9, true};

template <class Error>
json body_of(Error error) {
  return problem_of(std::make_exception_ptr(std::move(error))).value().body();
}

TEST(Problems, NameProductsThatAreNotOnSale) {
  const auto unknown = body_of(NotOnSale({{"lines[0].product", std::nullopt}, {"lines[2].product", RADIO}}));
  EXPECT_EQ(unknown["status"], 422);
  EXPECT_EQ(unknown["errors"].size(), 2U);
  const auto retired = body_of(NotOnSale({{"lines[2].product", RADIO}}));
  EXPECT_EQ(retired["status"], 409);
  EXPECT_EQ(retired["retired"], json::parse(R"([{"product_id":9,"product":"Radio"}])"));
}

TEST(Problems, NameWhatOfACartCannotBeOrdered) {
  CartNotOrderable error;
  error.missing.push_back({kit::ProductId{4}, "Tablet", 2, 1});
  EXPECT_EQ(body_of(error)["missing"].dump(),
            R"([{"available":1,"product":"Tablet","product_id":4,"requested":2}])");
  error.retired.push_back({kit::ProductId{1}, "Laptop"});
  EXPECT_EQ(body_of(error)["retired"].dump(), R"([{"product":"Laptop","product_id":1}])");
  EXPECT_EQ(body_of(CartEmpty())["title"], "Cart empty");
  EXPECT_EQ(body_of(CartFull())["title"], "Cart full");
  EXPECT_EQ(body_of(CartChanged())["title"], "Cart changed");
}

TEST(Problems, SayHowTheOrderStands) {
  Order order;
  order.state = State::Confirmed;
  order.was_confirmed = true;
  order.total = PRICE;
  order.refunded = PRICE;
  const auto body = body_of(StateConflict("It cannot be shipped", order));
  EXPECT_EQ(body["status"], 409);
  EXPECT_EQ(body["detail"], "The order is confirmed and refunded in full.");
  EXPECT_EQ(body["paid"], 299.99);
  EXPECT_EQ(body["refunded"], 299.99);
  EXPECT_EQ(body["currency"], "USD");
  order.total.reset();
  EXPECT_FALSE(body_of(StateConflict("It cannot be shipped", order)).contains("paid"));
}

TEST(Problems, HaveTheStatusOfTheirError) {
  EXPECT_EQ(body_of(InvalidField("user_id", "is not a user"))["errors"].dump(),
            R"([{"field":"user_id","reason":"is not a user"}])");
  EXPECT_EQ(body_of(OrderNotFound())["status"], 404);
  EXPECT_EQ(body_of(ServiceUnavailable("The user service"))["status"], 503);
  EXPECT_EQ(body_of(UserErased())["status"], 401);
  EXPECT_FALSE(problem_of(std::make_exception_ptr(std::logic_error("mistake"))));
}

}  // namespace
}  // namespace order
