#include "services/order/saga/order_saga.hpp"

#include "services/kit/log/log.hpp"
#include "services/kit/time/backoff.hpp"
#include "services/order/clients/deadlines.hpp"

#include <stdexcept>

namespace order {
namespace {

using Context = kit::http::Client::Context;
using Paid = PaymentCollector::Result;

constexpr kit::Backoff RETRY{std::chrono::milliseconds(500), std::chrono::seconds(15)};
constexpr const char* IN_REVIEW = "its payment is in review";

Transition transition_of(const Order& order, StateEvent event) {
  const auto found = transition(order.state, event);
  if (!found) throw std::logic_error("no transition from state " + std::string(to_string(order.state)));
  return *found;
}

/// Without a provider nothing is waited for between reserving the stock and selling it.
bool unpaid(const Order& order) { return order.payment_provider == "none"; }

bool to_be_paid(const Order& order) { return !unpaid(order) && total_of(order.lines).minor() > 0; }

}  // namespace

OrderSaga::OrderSaga(OrderStore& orders, ProductClient& products, PaymentCollector& collector,
                     PaymentStore& payments, SalesMetrics& sales, kit::Metrics& metrics,
                     std::function<double()> jitter)
    : orders_(orders),
      products_(products),
      collector_(collector),
      payments_(payments),
      sales_(sales),
      postponed_(
          metrics.counter("orders_postponed_total", "Orders postponed because a service was unavailable.")),
      jitter_(std::move(jitter)) {}

OrderSaga::Driven OrderSaga::drive(const Order& order, const Context& context) {
  bool unavailable = false;
  try {
    auto result = run(order, context);
    if (auto* settled = std::get_if<Order>(&result)) return {std::move(*settled), false};
    if (std::holds_alternative<PaymentInReview>(result)) postpone(order, IN_REVIEW, context.deadline);
  } catch (const kit::db::Unavailable&) {
    throw;
  } catch (const std::exception& e) {
    unavailable = true;
    postponed_.Increment();
    postpone(order, e.what(), context.deadline);
  }
  auto now = orders_.find(order.id, to_write(context.deadline));
  if (!now) throw std::logic_error("an order disappeared");
  return {std::move(*now), unavailable};
}

OrderSaga::Result OrderSaga::run(Order order, const Context& context) {
  // True where the saga goes on after a payment step; else `result` is what to return.
  Result result;
  const auto goes_on = [&](Paid paid, StateEvent refused, const char* reason) {
    if (paid == Paid::Later) result = PaymentInReview{};
    if (paid == Paid::Refused) result = end(order, refused, {reason}, context.deadline);
    return paid == Paid::Done;
  };
  for (;;) {
    switch (next_step(order.state)) {
      case Step::Reserve: {
        const auto sold = unpaid(order) ? products_.sell(order, context) : std::nullopt;
        const auto reserved = sold ? *sold : products_.reserve(order, context);
        if (const auto* reason = std::get_if<Reason>(&reserved))
          return end(order, StateEvent::StockRefused, *reason, context.deadline);
        order.lines = priced(order.lines, std::get<std::vector<contracts::ReservedLine>>(reserved));
        if (sold) return confirm(std::move(order), context.deadline);
        if (to_be_paid(order) && collector_.reserved(order, context.deadline) != Paid::Done)
          return LostClaim{};
        order.state = transition_of(order, StateEvent::StockReserved).to;
        break;
      }
      case Step::Authorise:  // an order without a payment is authorised at once
        if (order.payment && !goes_on(collector_.authorise(order, context.deadline),
                                      StateEvent::PaymentDeclined, "payment_declined"))
          return result;
        order.state = transition_of(order, StateEvent::PaymentAuthorised).to;
        break;
      case Step::TakeStock:
        if (const auto reason = products_.confirm(order.id, context))
          return end(order, StateEvent::StockLost, *reason, context.deadline);
        if (order.payment && !goes_on(collector_.capture(order, context.deadline), StateEvent::PaymentFailed,
                                      "payment_failed"))
          return result;
        return confirm(std::move(order), context.deadline);
      case Step::None:
        return order;
    }
  }
}

OrderSaga::Result OrderSaga::confirm(Order order, kit::Deadline deadline) {
  const auto confirmed = transition_of(order, StateEvent::StockTaken).to;
  if (!orders_.confirm(order, order.lines, to_write(deadline))) return LostClaim{};
  order.state = confirmed;
  order.was_confirmed = true;
  order.total = total_of(order.lines);
  sales_.settled(order.state);
  sales_.earned(*order.total);
  return order;
}

OrderSaga::Result OrderSaga::end(Order order, StateEvent event, Reason reason, kit::Deadline deadline) {
  const auto next = transition_of(order, event);
  // Once an order was claimed again, a call of its first driver may still be on its way to the product
  // service.
  const bool release = next.release || order.fencing_token > 0;
  const bool undo = order.payment && !order.payment->reference.empty();
  if (!orders_.end(order, next.to, reason, release, undo, to_write(deadline))) return LostClaim{};
  order.state = next.to;
  order.reason = std::move(reason);
  order.release_owed = release;
  order.money_owed = undo;
  sales_.settled(order.state);
  return order;
}

void OrderSaga::give_up(const Order& order, kit::Deadline deadline) {
  end(order, StateEvent::GivenUp, {"gave_up"}, deadline);
}

bool OrderSaga::settle(const Order& order, const Context& context) {
  std::string waits_for;
  bool unavailable = false;
  const auto attempt = [&](auto&& work) {
    try {
      work();
    } catch (const kit::db::Unavailable&) {
      throw;
    } catch (const std::exception& e) {
      unavailable = true;
      waits_for = e.what();
    }
  };
  if (order.release_owed) {
    attempt([&] {
      products_.release(order.id, context);
      orders_.released(order, to_write(context.deadline));
    });
  }
  if (order.money_owed) {
    attempt([&] {
      if (collector_.undo(order, context.deadline) == Paid::Later) waits_for = IN_REVIEW;
    });
  }
  if (order.payment) attempt([&] { settle_refunds(order, context.deadline); });
  if (unavailable) postponed_.Increment();
  if (waits_for.empty())
    orders_.rest(order, to_write(context.deadline));
  else
    postpone(order, waits_for, context.deadline);
  return !unavailable;
}

void OrderSaga::settle_refunds(const Order& order, kit::Deadline deadline) {
  for (const auto& refund : payments_.pending_refunds(order, to_write(deadline)))
    if (collector_.refund(order, refund, deadline) == Paid::Done) sales_.refunded(refund.amount);
}

void OrderSaga::postpone(const Order& order, const std::string& why, kit::Deadline deadline) {
  // Claiming and postponing both count the fencing token up.
  const auto delay = RETRY.delay(order.fencing_token / 2, jitter_());
  kit::log::warn("order postponed",
                 {{"order_id", order.id.value}, {"error", why}, {"delay_ms", delay.count()}});
  orders_.postpone(order, delay, to_write(deadline));
}

}  // namespace order
