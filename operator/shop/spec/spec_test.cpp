#include "operator/shop/spec/spec.hpp"

#include "operator/shop/testing/inputs.hpp"

#include <gtest/gtest.h>

namespace shop {
namespace {

using testing::shop_object;

std::string error_of(const char* spec) {
  try {
    parse_shop(shop_object(Json::parse(spec)));
  } catch (const InvalidSpec& error) {
    return error.what();
  }
  return "";
}

TEST(Spec, NamesEachError) {
  EXPECT_EQ(error_of(R"({"replicas":1})"), "spec.replicas is not known to this operator");
  EXPECT_EQ(error_of(R"({"services":{"user":{"replicas":1,"autoscaling":{"max":3}}}})"),
            "spec.services.user has either replicas or autoscaling, not both");
  EXPECT_EQ(error_of(R"({"services":{"user":{"autoscaling":{"min":5,"max":3}}}})"),
            "spec.services.user.autoscaling.min may not be above max");
  EXPECT_EQ(error_of(R"({"database":{"managed":{},"external":{"secrets":{}}}})"),
            "spec.database needs exactly one of managed, external and cloudNativePG");
  EXPECT_EQ(error_of(R"({"database":{"external":{"secrets":{"user":"a","product":"b","order":"c"}}}})"),
            "spec.database.external.secrets.notification is required");
  EXPECT_EQ(error_of(R"({"database":{"managed":{"storage":"big"}}})"),
            "spec.database.managed.storage must be a size such as 8Gi");
  EXPECT_EQ(error_of(R"({"gateway":{"tls":{"secretName":"x"}}})"),
            "spec.gateway.tls needs gateway.host, the name that the certificate is for");
  EXPECT_EQ(error_of(R"({"currency":"XXQ"})"), "spec.currency is no currency known here: XXQ");
  EXPECT_EQ(error_of(R"({"email":{"host":"h"}})"), "spec.email.from is required");
  EXPECT_EQ(error_of(R"({"payments":{"provider":"stripe"}})"),
            "spec.payments.secret is required for stripe: a Secret with the keys api-key and webhook-secret");
  EXPECT_EQ(error_of(R"({"payments":{"provider":"sandbox","secret":"s"}})"),
            "spec.payments.secret is for stripe; the sandbox needs none");
  EXPECT_EQ(
      error_of(
          R"({"services":{"user":{"resources":{"requests":{"cpu":"1","memory":"1Gi"},"limits":{"cpu":"900m","memory":"512Mi"}}}}})"),
      "spec.services.user.resources.limits.cpu may not be below requests.cpu, which is 1; "
      "spec.services.user.resources.limits.memory may not be below requests.memory, which is 1Gi");
  EXPECT_EQ(error_of(R"({"services":{"user":{"resources":{"limits":{"cpu":"10m"}}}}})"), "")
      << "the default request follows";
  EXPECT_EQ(error_of(R"({"services":{"user":{"env":[{"name":"A-B","value":"x"}]}}})"),
            "spec.services.user.env name A-B may hold letters, digits and _ only, and begins with no digit");
  EXPECT_EQ(error_of(R"({"monitoring":{"labels":{"app.kubernetes.io/name":"x"}}})"),
            "spec.monitoring.labels may not set app.kubernetes.io/name, which is the operator's");
  EXPECT_EQ(error_of(R"({"monitoring":{"labels":{"release":"-"}}})").substr(0, 52),
            "spec.monitoring.labels value - is not a label value:");
  EXPECT_EQ(error_of(R"({"gateway":{"annotations":{"not a key":"x"}}})").substr(0, 45),
            "spec.gateway.annotations key not a key is not");
  for (const auto* tag : {"1.0-", "_1", "a b", "1.0+build"})
    EXPECT_EQ(error_of(Json{{"version", tag}}.dump().c_str()).substr(0, 42),
              "spec.version is an image tag such as 1.4.0")
        << tag;
  EXPECT_NE(error_of(Json{{"image", {{"tag", std::string(64, 'a')}}}}.dump().c_str()), "");
  EXPECT_EQ(error_of(R"({"services":{"user":{"env":[{"name":"DATABASE_URL","value":"x"}]}}})"),
            "spec.services.user.env DATABASE_URL is the operator's; see spec.database and spec.messaging");
}

TEST(Spec, ReadsAnyJsonWithoutCrashing) {
  for (const char* text :
       {"null", "7", "\"x\"", "[]", R"({"services":7})", R"({"services":{"user":[]}})", R"({"image":"x"})",
        R"({"gateway":{"tls":[]}})", R"({"database":[]})", R"({"database":null})", R"({"paused":"yes"})",
        R"({"email":{"port":"x"}})", R"({"services":{"user":{"env":[7]}}})"})
    EXPECT_NO_FATAL_FAILURE(error_of(text)) << text;
  EXPECT_THROW(parse_shop(Json::object()), InvalidSpec);
}

}  // namespace
}  // namespace shop
