#include "services/order/domain/refund.hpp"

#include "services/order/domain/errors.hpp"
#include "services/order/fulfilment/fulfilment_json.hpp"

#include <gtest/gtest.h>

namespace order {
namespace {

using nlohmann::json;

const kit::Currency USD = *kit::Currency::parse("USD");

/// Two mugs at 7.50 and a pot at 20.00, confirmed and paid outside the shop.
Order confirmed(std::int64_t refunded = 0) {
  Order order;
  order.id = contracts::OrderId{3};
  order.state = State::Confirmed;
  order.was_confirmed = true;
  order.lines = {{contracts::ProductId{1}, "Mug", 2, kit::Money(750, USD)},
                 {contracts::ProductId{2}, "Pot", 1, kit::Money(2000, USD)}};
  order.total = kit::Money(3500, USD);
  order.refunded = kit::Money(refunded, USD);
  return order;
}

RefundRequest request(const char* body) { return api::read_refund(json::parse(body)); }

State shipped(const Order& order) { return next_state(order, StateEvent::Shipped, "It cannot be shipped"); }

std::int64_t amount(const char* body, const Order& order, const std::vector<Refund>& earlier = {}) {
  return refund_amount(request(body), order, earlier).minor();
}

TEST(RefundAmount, IsAsRequested) {
  EXPECT_EQ(amount(R"({"reason":"x"})", confirmed()), 3500);
  EXPECT_EQ(amount(R"({"reason":"x"})", confirmed(1000)), 2500) << "what is left";
  EXPECT_EQ(amount(R"({"reason":"x","amount":12.34})", confirmed()), 1234);
  EXPECT_EQ(amount(R"({"reason":"x","lines":[{"product_id":1},{"product_id":2}]})", confirmed()), 2750);
}

TEST(RefundAmount, IsNeverMoreThanIsLeft) {
  EXPECT_EQ(amount(R"({"reason":"x","amount":25})", confirmed(1000)), 2500);
  EXPECT_THROW(amount(R"({"reason":"x","amount":25.01})", confirmed(1000)), StateConflict);
  EXPECT_THROW(amount(R"({"reason":"x"})", confirmed(3500)), StateConflict);
  EXPECT_THROW(amount(R"({"reason":"x","lines":[{"product_id":2}]})", confirmed(2000)), StateConflict);
  EXPECT_THROW(amount(R"({"reason":"x","lines":[{"product_id":1,"quantity":3}]})", confirmed()),
               StateConflict);
  const Refund one{1,
                   contracts::OrderId{3},
                   kit::Money(750, USD),
                   RefundCause::Staff,
                   "x",
                   "done",
                   "",
                   {{contracts::ProductId{1}, 1}},
                   ""};
  EXPECT_EQ(amount(R"({"reason":"x","lines":[{"product_id":1}]})", confirmed(750), {one}), 750);
  EXPECT_THROW(amount(R"({"reason":"x","lines":[{"product_id":1,"quantity":2}]})", confirmed(750), {one}),
               StateConflict);
}

TEST(RefundAmount, IsLimitedToThePayment) {
  auto order = confirmed();
  order.was_confirmed = false;
  EXPECT_THROW(amount(R"({"reason":"x"})", order), StateConflict);
  order = confirmed();
  order.payment_provider = "sandbox";
  EXPECT_THROW(amount(R"({"reason":"x"})", order), StateConflict);
  order.payment = Payment{"k", PaymentState::Captured, *order.total, "ref", *order.total};
  EXPECT_EQ(amount(R"({"reason":"x"})", order), 3500);
  order.total.reset();
  EXPECT_THROW(amount(R"({"reason":"x"})", order), StateConflict);
}

TEST(Shipping, IsRefusedAfterAFullRefund) {
  EXPECT_EQ(shipped(confirmed()), State::Shipped);
  EXPECT_EQ(shipped(confirmed(3499)), State::Shipped);
  EXPECT_FALSE(refunded_in_full(confirmed(3499)));
  EXPECT_TRUE(refunded_in_full(confirmed(3500)));
  EXPECT_THROW(shipped(confirmed(3500)), StateConflict);
  auto order = confirmed(2000);
  order.payment_provider = "sandbox";
  order.payment = Payment{"k", PaymentState::Captured, *order.total, "ref", *order.total};
  EXPECT_EQ(shipped(order), State::Shipped);
  order.refunded = order.total;
  EXPECT_THROW(shipped(order), StateConflict);
}

TEST(Shipping, IsAllowedForOrdersThatCostNothing) {
  auto order = confirmed();
  order.total = kit::Money(0, USD);
  EXPECT_FALSE(refunded_in_full(order));
  EXPECT_EQ(shipped(order), State::Shipped);
  order.total.reset();
  order.refunded.reset();
  EXPECT_FALSE(refunded_in_full(order));
}

TEST(PaymentNames, AreParsed) {
  EXPECT_EQ(parse_payment_state("new"), PaymentState::New);
  EXPECT_EQ(parse_payment_state("authorised"), PaymentState::Authorised);
  EXPECT_EQ(parse_payment_state("voided"), PaymentState::Voided);
  for (const auto cause : {RefundCause::Staff, RefundCause::Cancelled, RefundCause::Undone})
    EXPECT_EQ(parse_refund_cause(to_string(cause)), cause);
  EXPECT_THROW(parse_payment_state("lost"), std::invalid_argument);
}

}  // namespace
}  // namespace order
