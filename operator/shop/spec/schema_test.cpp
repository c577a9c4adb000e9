// The schema of the CRD and the reader of the spec describe the same fields.
#include "operator/shop/spec/crd.hpp"
#include "operator/shop/spec/spec.hpp"
#include "operator/shop/testing/inputs.hpp"
#include "services/kit/json/yaml.hpp"

#include <regex>

#include <gtest/gtest.h>

namespace shop {
namespace {

using testing::shop_object;
using Pointer = Json::json_pointer;

struct Field {
  std::string path;  ///< "spec.services.user.env[].name"
  Pointer at;        ///< in spec, of an array's first element
  Json schema;
  bool leaf() const {
    return !schema.contains("properties") &&
           !(schema.contains("items") && schema["items"].contains("properties"));
  }
};

void collect(const Json& schema, const std::string& path, const Pointer& at, std::vector<Field>& fields) {
  for (const auto& [name, property] : schema.at("properties").items()) {
    const Field field{path + "." + name, at / name, property};
    fields.push_back(field);
    if (property.contains("properties")) collect(property, field.path, field.at, fields);
    if (property.contains("items") && property["items"].contains("properties"))
      collect(property["items"], field.path + "[]", field.at / 0, fields);
  }
}

Json crd_schema() {
  const auto crd = kit::json::parse_yaml(std::string(crd_files.at(0).text), "shop.yaml").at(0);
  return crd.at("/spec/versions/0/schema/openAPIV3Schema"_json_pointer);
}

const std::vector<Field>& schema_fields() {
  static const auto fields = [] {
    std::vector<Field> result;
    collect(crd_schema().at("properties").at("spec"), "spec", Pointer(), result);
    return result;
  }();
  return fields;
}

Json parse_spec(const char* yaml) { return kit::json::parse_yaml(yaml, "test").at(0); }

/// Shops that together set every field, to other values than the defaults.
const Json managed = parse_spec(R"(
version: '2.0'
image: {registry: example.com/shop, tag: '2.1', pullPolicy: Always, pullSecrets: [registry]}
access: Open
sampleData: true
currency: EUR
paused: true
upgrade: {timeoutSeconds: 60}
networkPolicy: false
gateway: {host: shop.example.com, ingressClassName: traefik, tls: {secretName: cert}, annotations: {a: b},
          port: 8443, waitForAddress: false}
services:
  user: &service
    autoscaling: {min: 3, max: 5, cpu: 50, metrics: [{type: Latency, target: 200}]}
    resources: &resources {requests: {cpu: 200m, memory: 100Mi}, limits: {cpu: '2', memory: 1Gi}}
    env: [{name: A, value: b}]
  product: *service
  order: *service
  notification: *service
database:
  managed: {image: postgres:16, version: 16.1-1, topology: PerService, storage: 20Gi, storageClassName: fast, deletionPolicy: Delete,
            resources: *resources,
            backup: {schedule: 0 3 * * 0, keep: {full: 3}, destination: {s3: &s3 {endpoint: 's3.example.com:9000', bucket: b,
                     region: eu, path: /shop, secret: s3, caSecret: ca}}}}
restoreFrom: {s3: *s3, targetTime: '2026-01-31T12:00:00Z'}
messaging:
  managed: {image: rabbitmq:4, version: 4.0-2, storage: 3Gi, storageClassName: fast, deletionPolicy: Retain, resources: *resources}
email: {host: smtp, port: 25, from: a@example.com, tls: none, secret: mail}
payments: {provider: stripe, secret: stripe}
monitoring: {podMonitor: Never, labels: {a: b}, fromNamespaces: [monitoring]}
)");
const Json external = parse_spec(R"(
gateway: {host: shop.example.com, tls: {issuer: letsencrypt}}
services: {user: {replicas: 2}, product: {replicas: 2}, order: {replicas: 2}, notification: {replicas: 2}}
database: {external: {secrets: {user: a, product: b, order: c, notification: d}, maxConnections: 300}}
messaging: {external: {secret: broker}}
)");
const Json routed = parse_spec(R"(
gateway:
  host: shop.example.com
  parentRefs: [{name: public, namespace: infra, sectionName: https, port: 443}]
  fromNamespaces: [gateways]
)");

const Json clustered = parse_spec(R"(
database: {cloudNativePG: {instances: 5, image: 'postgresql:17', storage: 9Gi, storageClassName: fast, deletionPolicy: Delete,
                           resources: {requests: {cpu: 200m, memory: 100Mi}, limits: {cpu: '2', memory: 1Gi}}, pooler: {instances: 3}}}
messaging: {clusterOperator: {replicas: 5, image: 'rabbitmq:4', storage: 9Gi, storageClassName: fast,
                              resources: {requests: {cpu: 200m, memory: 100Mi}, limits: {cpu: '2', memory: 1Gi}}}}
)");

const Json with_volumes = parse_spec(R"(
database: {managed: {backup: {keep: {days: 7}, destination: {volume: {storage: 9Gi, storageClassName: fast, path: /b}}}}}
restoreFrom: {volume: {shop: old, path: /b}, backup: 20260131-020000F}
)");

/// The first example that sets the field; null when none does.
const Json* example_of(const Field& field) {
  for (const auto* spec : {&managed, &external, &with_volumes, &routed, &clustered})
    if (spec->contains(field.at)) return spec;
  return nullptr;
}

Json without(Json spec, const Field& field) {
  spec.at(field.at.parent_pointer()).erase(field.at.back());
  return spec;
}

Json with(Json spec, const Field& field, const Json& value) {
  spec[field.at] = value;
  return spec;
}

std::optional<Spec> parsed_shop(const Json& shop) {
  try {
    return parse_shop(shop);
  } catch (const InvalidSpec&) {
    return std::nullopt;
  }
}
std::optional<Spec> parsed(const Json& spec) { return parsed_shop(shop_object(spec)); }

/// The reader's error for the field when it has this value; "" when it accepts it.
std::string error_for(const Field& field, const Json& value) {
  try {
    parse_shop(shop_object(with(*example_of(field), field, value)));
    return "";
  } catch (const InvalidSpec& error) {
    const std::string text = error.what();
    const auto start = text.find(field.path + " ");
    return start == std::string::npos ? "" : text.substr(start, text.find(';', start) - start);
  }
}

TEST(Schema, HasExactlyTheFieldsThatTheReaderReads) {
  std::set<std::string> in_schema;
  for (const auto& field : schema_fields()) in_schema.insert(field.path);
  auto in_reader = fields_read(shop_object(managed));
  in_reader.merge(fields_read(shop_object(external)));
  in_reader.merge(fields_read(shop_object(with_volumes)));
  in_reader.merge(fields_read(shop_object(routed)));
  in_reader.merge(fields_read(shop_object(clustered)));
  EXPECT_EQ(in_schema, in_reader);
}

TEST(Schema, EveryFieldChangesTheSpec) {
  ASSERT_TRUE(parsed(managed) && parsed(external) && parsed(with_volumes) && parsed(routed) &&
              parsed(clustered));
  for (const auto& field : schema_fields()) {
    const auto* example = example_of(field);
    ASSERT_TRUE(example) << field.path << " is not set by any example";
    if (field.leaf()) {
      EXPECT_NE(parsed(*example), parsed(without(*example, field))) << field.path;
    }
  }
}

TEST(Schema, DefaultsAreThoseOfTheReader) {
  for (const auto& field : schema_fields()) {
    if (!field.schema.contains("default")) continue;
    const auto omitted = field.leaf() ? without(*example_of(field), field) : Json::object();
    const auto spec = parsed(omitted);
    ASSERT_TRUE(spec) << field.path;
    EXPECT_EQ(spec, parsed(with(omitted, field, field.schema["default"]))) << field.path;
  }
}

TEST(Schema, EnumsAreThoseOfTheReader) {
  for (const auto& field : schema_fields()) {
    if (!field.leaf() || field.schema.value("type", "") != "string") continue;
    const auto error = error_for(field, "Unknown");
    const auto list = error.find("must be one of ");
    ASSERT_EQ(field.schema.contains("enum"), list != std::string::npos) << field.path << ": " << error;
    if (list == std::string::npos) continue;
    std::set<std::string> in_reader;
    std::istringstream values(error.substr(list + 15));
    for (std::string value; std::getline(values >> std::ws, value, ',');) in_reader.insert(value);
    EXPECT_EQ(field.schema["enum"].get<std::set<std::string>>(), in_reader) << field.path;
  }
}

TEST(Schema, BoundsAreThoseOfTheReader) {
  for (const auto& field : schema_fields()) {
    if (field.schema.value("type", "") != "integer") continue;
    EXPECT_EQ(error_for(field, -1), field.path + " must be a whole number from " +
                                        field.schema["minimum"].dump() + " to " +
                                        field.schema["maximum"].dump());
  }
}

/// Whether the schema's lengths, pattern and rules allow a text.
bool allowed(const Json& schema, const std::string& text) {
  static const std::regex matches(R"(^self(?:\.metadata\.name)?\.matches\('(.*)'\)$)");
  if (text.size() < schema.value("minLength", 0u) || text.size() > schema.value("maxLength", 1000u))
    return false;
  std::vector<std::string> patterns{schema.value("pattern", ".*")};
  for (const auto& each : schema.value("x-kubernetes-validations", Json::array())) {
    std::smatch found;
    if (const auto rule = each.at("rule").get<std::string>(); std::regex_match(rule, found, matches))
      patterns.push_back(std::regex_replace(found.str(1), std::regex(R"(\\\\)"), "\\"));
  }
  return std::all_of(patterns.begin(), patterns.end(),
                     [&](const auto& pattern) { return std::regex_match(text, std::regex(pattern)); });
}

TEST(Schema, TextsThatItAllowsAreReadable) {
  for (const auto& field : schema_fields()) {
    if (field.schema.value("type", "") != "string" || field.schema.contains("enum")) continue;
    for (const char* text :
         {"", "a", "USD", "500m", "2", "0.5", "0.0001", "0", "8Gi", "256Mi", "0Mi", "-1Gi"})
      EXPECT_TRUE(!allowed(field.schema, text) || error_for(field, text).empty()) << field.path << text;
  }
}

TEST(Schema, TagsAreThoseOfTheReader) {
  for (const auto& field : schema_fields()) {
    if (field.path != "spec.version" && field.path != "spec.image.tag") continue;
    for (const auto& text : {std::string(63, 'a'), std::string(64, 'a'), std::string("1.0-rc.1_2"),
                             std::string("_1"), std::string("1-"), std::string("1+2"), std::string("A")})
      EXPECT_EQ(allowed(field.schema, text), error_for(field, text).empty()) << field.path << text;
  }
}

TEST(Schema, NamesAreThoseOfTheReader) {
  const auto schema = crd_schema();
  EXPECT_EQ(schema.at("/x-kubernetes-validations/0/rule"_json_pointer), "self.metadata.name.size() <= 24");
  for (const auto& name : {std::string(24, 'a'), std::string(25, 'a'), std::string("a-1"), std::string("1a"),
                           std::string("a-"), std::string("A"), std::string("a.b"), std::string()}) {
    auto shop = shop_object();
    shop["metadata"]["name"] = name;
    EXPECT_EQ(allowed(schema, name) && name.size() <= 24, parsed_shop(shop).has_value()) << name;
  }
}

}  // namespace
}  // namespace shop
