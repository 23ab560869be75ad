"""A district with one of everything that a scenario can hold beside its mechanisms."""

from __future__ import annotations

EVERYTHING = """\
name: everything
start: 2025-01-06
warm up: 2 weeks
observe: 12 weeks
run out: 2 weeks
holidays: CN
school holidays: [01-20 to 02-16, 07-12 to 08-31]
zones:
  - {zone: City, kind: urban, numbers: {population: 9000, adults: 4000, students: 900,
     counsellors: 3, smi_registered: 40, rooms: 2, within_15_min: 0.9}}
  - {zone: Mid, kind: transition, numbers: {population: 3000, adults: 1500, students: 400,
     counsellors: 1, smi_registered: 20, rooms: 1, within_15_min: 0.6}}
  - {zone: Village, kind: rural, numbers: {population: 1000, adults: 600, students: 100,
     counsellors: 0.5, smi_registered: 10, rooms: 1, within_15_min: 0.3}}
needs:
  mild: {group: adults, severity: mild, in need: 5 % per year,
         seeks help: {urban: 80 %, transition: 60 %, rural: 40 %},
         enters by: {line: 60 %, room: 40 %}, pathway: adults}
  crisis: {group: adults, severity: crisis, in need: 0.2 % per year, enters by: {line: 100 %},
           pathway: adults}
  pupils: {group: students, severity: mild, wave: {on: 02-20, share: 2 %},
           enters by: {clinic: 100 %}, pathway: pupils}
  register: {group: smi_registered, severity: severe,
             register: {managed: 95 %, first within: 12 weeks}, enters by: {visits: 100 %},
             pathway: register}
rosters:
  office: {shifts: {Mon-Fri: ["09:00-12:00", "13:00-17:00"]}, make up days: worked}
  always: {shifts: {Mon-Sun: ["00:00-08:00", "08:00-24:00 x2"]}, holidays: open}
  term: {shifts: {"Tue, Sat": ["09:00-12:00"]}, during: term, weeks: 1 of 2}
pools:
  counsellors: {per: zone, from: counsellors, hours each: 20 h, roster: office, shared: true,
                places at most: rooms, productive: 80 %, turnover: 10 % per year,
                recruitment: 13 weeks, last start: 30 min, cost each: 100000 CNY per year}
  seats: {number: 2, roster: always, queue limit: 5}
  teachers: {number: 1, roster: term, owner: education}
  files: {number: 30, roster: always}
  police: {number: 1, roster: always, owner: police}
  doctor: {number: 1, slots: {Mon-Fri: {"09:00": 1, "10:00": [1, 1], "11:00": 1}}, slot length: 1 h}
  smi doctors: {number: 2, roster: office}
profiles:
  by day: {hours: {00-08: 0.5, 08-22: 2}, days: {Mon-Fri: 1, Sat-Sun: 0.5}, during: term}
stations:
  line: {place: district, pools: [seats], service time: {lognormal: {mean: 20 min, sd: 10 min}},
         patience: {exponential: {mean: 5 min}}, asks: by day, contact: lay, role: hotline,
         queue limit: 3, redial: {probability: 50 %, after: {uniform: {low: 1 min, high: 1 h}},
         at most: 2}, priority: {crisis: 0, default: 2}}
  room: {pools: [{pool: counsellors, priority: 1}, {pool: teachers, after: 1 week, factor: 1.2,
         reserve: 0}], service time: {gamma: {mean: 1 h, sd: 30 min}}, no show: 10 %,
         patience: {weibull: {mean: 3 weeks, shape: 1.5}},
         deterioration: {hyperexponential: {probabilities: [0.5, 0.5], means: [1 week, 50 weeks]}},
         contact: professional, instead: [{station: online, share: 10 %, zones: [rural]}]}
  online: {place: district, pools: [teachers], service time: {erlang: {mean: 1 h, phases: 3}},
           contact: lay, part of: room}
  course: {pools: [counsellors], service time: {triangular: {low: 30 min, mode: 50 min,
           high: 1 h}}, sessions: 6, every: 1 week, drop out: 10 %, no show: 5 %,
           patience between: 1 week, caseload: files, contact: professional, treatment: true,
           assessment: room}
  clinic: {place: district, pools: [doctor], service time: 50 min, sessions: 2, every: 2 weeks,
           diary: {notice: 1 day, urgent: [severe], window: 8 weeks, others after: 1 week},
           contact: professional, target: first contact}
  circle: {place: district, pools: [teachers], service time: 1 h, contact: lay,
           group: {size: 8, at least: 2, start at: 2 weeks}}
  team: {place: district, pools: [seats, police], team: true, service time:
         {truncated normal: {location: 1 h, spread: 20 min, low: 10 min, high: 3 h}},
         role: crisis, contact: professional, target: crisis response}
  visits: {place: district, pools: [smi doctors], service time:
           {empirical: {values: [20 min, 40 min], weights: [1, 2]}}, sessions: recurring,
           every: 13 weeks, role: register, contact: professional}
pathways:
  adults:
    line: {completed: {team: {share: 5 %, by: crisis}, course: {share: 50 %, by: referral}},
           reneged: {room: {share: 20 %, after: 1 day}}, balked: {room: 10 %}}
    room: {completed: {course: 70 %, circle: 10 %}, deteriorated: {team: 20 %}}
    course: {dropped out: {room: 10 %}}
  pupils: {clinic: {completed: {circle: 20 %}}}
  register: {}
targets: {first contact: 10 days}
"""
