#!/usr/bin/env node
// Writes golden_num.h: doubles as their bits and as ECMAScript's Number::toString spells them.
//
//	node tests/unit/gen_num.js >tests/unit/golden_num.h
'use strict';

const view = new DataView(new ArrayBuffer(8));

let seed = 20260103n;
function random64() {
	seed ^= seed << 13n & 0xffffffffffffffffn;
	seed ^= seed >> 7n;
	seed ^= seed << 17n & 0xffffffffffffffffn;
	return seed;
}

function below(n) {
	return Number(random64() % BigInt(n));
}

function fromBits(bits) {
	view.setBigUint64(0, bits);
	return view.getFloat64(0);
}

function toBits(x) {
	view.setFloat64(0, x);
	return view.getBigUint64(0);
}

function* neighbours(x) {
	const bits = toBits(x);
	for (let step = -2n; step <= 2n; step++)
		yield fromBits(bits + step);
}

function* values() {
	yield* [0, -0, 1, -1, 0.1, 0.2, 0.1 + 0.2, 1 / 3, 100, 123456789012345680000, 5e-324, 1e-323,
		2.225073858507201e-308, 2.2250738585072014e-308, 1.7976931348623157e308, Math.PI,
		4.35, 0.000001, 0.0000015, 123e-20, 9.5e-7, 1e15, 999999999999999.9, 0.30000000000000004,
		9007199254740993, 4611686018427387904, 9223372036854775807, 18446744073709551615];
	for (const edge of [1e-7, 1e-6, 1e-5, 1e9, 1e15, 2 ** 53, 1e20, 1e21, 1e22])
		yield* neighbours(edge);
	for (let e = -330; e <= 308; e += 7)
		yield Number('1e' + e);
	for (let e = -1074; e <= 1023; e += 41)
		yield 2 ** e;
	for (let i = 0; i < 90; i++) {
		const short = Number(below(10 ** (1 + i % 16)) + 'e-' + below(9));
		yield i % 3 == 0 ? -short : short;
	}
	for (let i = 0; i < 90; i++) {
		const x = fromBits(random64());
		if (Number.isFinite(x))
			yield x;
	}
}

console.log(`/* Written by gen_num.js with node ${process.version}: do not edit. */`);
console.log('static const struct golden {\n\tuint64_t bits;\n\tconst char *text;\n} golden[] = {');
for (const x of values())
	console.log(`\t{ UINT64_C(0x${toBits(x).toString(16).padStart(16, '0')}), "${x}" },`);
console.log('};');
