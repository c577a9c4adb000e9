#include "services/contracts/internal/malformed.hpp"
#include "services/contracts/internal/money.hpp"
#include "services/contracts/internal/products.hpp"
#include "services/contracts/internal/reservations.hpp"
#include "services/contracts/internal/revocations.hpp"
#include "services/contracts/internal/users.hpp"
#include "services/kit/error/testing.hpp"

#include <gtest/gtest.h>

namespace contracts {
namespace {

using nlohmann::json;

const kit::Currency USD = *kit::Currency::parse("USD");

TEST(MoneyJson, IsReadAsWrittenAndNothingElseIs) {
  const kit::Money price(29999, USD);
  EXPECT_EQ(to_json(price).dump(), R"({"currency":"USD","minor":29999})");
  EXPECT_EQ(read_money(to_json(price)), price);
  for (const char* bad : {"null", "1", R"({"minor":1})", R"({"minor":"1","currency":"USD"})",
                          R"({"minor":1,"currency":"XXX"})", R"({"minor":1,"currency":"USD","x":1})"})
    EXPECT_FALSE(read_money(json::parse(bad))) << bad;
}

TEST(Offers, AreReadAsWritten) {
  const Offer tablet{ProductId{4}, "Tablet", {29999, USD}, 99, true};
  const auto written = to_json(std::vector{tablet});
  EXPECT_EQ(written, json::parse(R"({"products":[{"id":4,"name":"Tablet",
      "unit_price":{"minor":29999,"currency":"USD"},"available":99,"retired":true}]})"));
  const auto read = read_offers(written.dump());
  ASSERT_EQ(read.size(), 1U);
  EXPECT_EQ(to_json(read[0]), to_json(tablet));
  EXPECT_EQ(to_json(read_offer(to_json(tablet).dump())), to_json(tablet));
  for (const char* bad : {"", "[]", "{}", R"({"products":[{"id":1}]})", R"({"products":[7]})"})
    EXPECT_THROW(read_offers(bad), Malformed) << bad;
}

TEST(Offers, AreRequestedInBatches) {
  EXPECT_TRUE(offers_targets({}).empty());
  std::vector<ProductId> ids;
  for (int i = 1; i <= 101; ++i) ids.push_back(ProductId{i});
  const auto targets = offers_targets(ids);
  ASSERT_EQ(targets.size(), 2U);
  EXPECT_TRUE(targets[0].starts_with("/internal/products?ids=1,2,"));
  EXPECT_EQ(targets[1], "/internal/products?ids=101");
  EXPECT_EQ(offer_target("a b&c"), "/internal/products?name=a%20b%26c");
}

TEST(Reservations, RequestIsReadAsWritten) {
  const auto written =
      to_json(ReservationRequest{OrderId{3}, {{ProductId{1}, "", 2}, {std::nullopt, "Tablet", 1}}});
  EXPECT_EQ(written, json::parse(R"({"order_id":3,"lines":[{"product_id":1,"quantity":2},
                                                           {"product":"Tablet","quantity":1}]})"));
  EXPECT_EQ(to_json(read_reservation_request(written)), written);
}

TEST(Reservations, RequestNamesEveryWrongField) {
  const auto refused = [](const char* text) {
    return kit::refused([&] { read_reservation_request(json::parse(text)); });
  };
  EXPECT_EQ(refused("{}"), "order_id,lines");
  EXPECT_EQ(refused(R"({"order_id":1,"lines":[{"quantity":0},{"product_id":1,"product":"x","quantity":1}]})"),
            "lines[0].product,lines[0].quantity,lines[1].product");
}

TEST(Reservations, AnswerIsReadAsWritten) {
  const Reservation reservation{OrderId{3},
                                ReservationState::Open,
                                "2026-01-31T12:00:00.000Z",
                                {{ProductId{4}, "Tablet", 2, {29999, USD}}}};
  const auto written = to_json(reservation);
  EXPECT_EQ(written, json::parse(R"({"order_id":3,"state":"open","expires_at":"2026-01-31T12:00:00.000Z",
      "lines":[{"product_id":4,"name":"Tablet","quantity":2,
                "unit_price":{"minor":29999,"currency":"USD"}}]})"));
  const auto lines = read_reserved_lines(written.dump());
  ASSERT_EQ(lines.size(), 1U);
  EXPECT_EQ(lines[0].unit_price, kit::Money(29999, USD));
  EXPECT_THROW(read_reserved_lines(R"({"lines":[{}]})"), Malformed);
  for (const auto state : {ReservationState::Open, ReservationState::Confirmed, ReservationState::Released,
                           ReservationState::Expired})
    EXPECT_EQ(parse_reservation_state(to_string(state)), state);
  EXPECT_THROW(parse_reservation_state("lost"), std::invalid_argument);
}

TEST(Reservations, ShortagesAreReadAsWritten) {
  const std::vector<Shortage> missing{{ProductId{4}, "Tablet", 3, 2}};
  EXPECT_EQ(read_missing(json{{"missing", to_json(missing)}}.dump()), missing);
  EXPECT_EQ(read_missing("{}"), std::nullopt);
  EXPECT_THROW(read_missing(R"({"missing":[7]})"), Malformed);
}

TEST(Users, AreReadAsWritten) {
  const auto written = to_json(User{kit::UserId{1}, "Alice", "alice@example.com", "guest"});
  EXPECT_EQ(written, json::parse(R"({"id":1,"name":"Alice","email":"alice@example.com","kind":"guest"})"));
  EXPECT_EQ(to_json(read_user(written.dump())), written);
  EXPECT_THROW(read_user(R"({"id":1})"), Malformed);
}

TEST(Revocations, AreReadAsWritten) {
  const kit::identity::RevocationList list{{"a", "b"}, {{kit::UserId{7}, 1769860800.123456}}, "n"};
  const auto written = to_json(list);
  EXPECT_EQ(written, json::parse(R"({"next":"n","sessions":["a","b"],
      "users":[{"id":7,"issued_before":"2026-01-31T12:00:00.123456Z"}]})"));
  EXPECT_EQ(to_json(read_revocations(written.dump())), written);
  EXPECT_NO_THROW(
      read_revocations(R"({"sessions":[],"users":[{"id":1,"issued_before":"2026-01-31T12:00:00Z"}]})"));
  for (const char* bad :
       {"[]", "{}", R"({"sessions":[1],"users":[]})", R"({"sessions":[],"users":[{"id":1}]})",
        R"({"sessions":[],"users":[{"id":1,"issued_before":"soon"}]})",
        R"({"sessions":[],"users":[{"id":1,"issued_before":"2026-01-31T12:00:00.5"}]})"})
    EXPECT_THROW(read_revocations(bad), Malformed) << bad;
  EXPECT_EQ(revocations_target("a b"), "/internal/revocations?since=a%20b");
}

}  // namespace
}  // namespace contracts
